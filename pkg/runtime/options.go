package runtime

import "log/slog"

// Option is for NewManagerFromConfig and NewManagerFromTOML.
type Option func(*options)

type options struct {
	logger  *slog.Logger
	onEvent func(Event)
}

// WithLogger sets who gets every line that plugins print and what pluginart says about them, with the attributes `plugin` and
// `source` and the fields of JSON lines. A plugin waits while its line is handled. Default: slog.Default().
// slog.New(slog.DiscardHandler) is nobody.
func WithLogger(logger *slog.Logger) Option {
	return func(o *options) { o.logger = logger }
}

// WithEvents sets who hears of states, restarts, silence, and, as LogRecord, of lines. For each plugin events come in order,
// one at a time, save that lines of stdout, of stderr, and the other events come from three goroutines. It should return soon, as
// a plugin waits while its line is handled. It may ask for the Status; what waits (Start, Call, Restart, Shutdown) belongs into a
// goroutine of its own.
func WithEvents(onEvent func(Event)) Option {
	return func(o *options) { o.onEvent = onEvent }
}
