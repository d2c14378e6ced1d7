package runtime

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// reporter tells the world about one plugin: as events, and as log. It is supervise.Events.
type reporter struct {
	options
	plugin string
	// restarts is ` of 5`; empty for a plugin that is never given up.
	restarts            string
	unresponsiveTimeout time.Duration
}

func newReporter(spec *supervise.Spec, options options) *reporter {
	r := &reporter{options: options, plugin: spec.Name, unresponsiveTimeout: spec.UnresponsiveTimeout}
	if _, remote := spec.Launch.(*launch.Remote); !remote {
		r.restarts = fmt.Sprintf(" of %d", spec.MaxRestarts)
	}
	return r
}

func (r *reporter) State(from, to supervise.State, err *fault.Error) {
	r.emit(StateEvent{Plugin: r.plugin, From: State(from), To: State(to), Err: err})
	if to == supervise.Failed && err != nil {
		r.say(slog.LevelError, "given up: "+firstLine(err.Message))
	}
}

func (r *reporter) Restart(attempt int, wait time.Duration, err *fault.Error) {
	r.emit(RestartEvent{Plugin: r.plugin, Attempt: attempt, Wait: wait, Err: err})
	r.say(slog.LevelWarn, fmt.Sprintf("%s; starting it again in %v (%d%s)", firstLine(err.Message), wait, attempt, r.restarts))
}

func (r *reporter) Line(stream launch.Stream, text string, whole bool) {
	r.log(readLogLine(r.plugin, Source(stream), text, whole))
}

func (r *reporter) Unresponsive(silence time.Duration, openCalls int) {
	r.emit(UnresponsiveEvent{Plugin: r.plugin, Silence: silence, OpenCalls: openCalls})
	r.say(slog.LevelWarn, fmt.Sprintf("no sign of life for %v, calls open: %d; it will be restarted after %v",
		silence.Round(time.Millisecond), openCalls, r.unresponsiveTimeout))
}

func (r *reporter) Stuck(openCalls int) {
	r.emit(StuckEvent{Plugin: r.plugin, OpenCalls: openCalls})
	r.say(slog.LevelWarn, fmt.Sprintf(
		"it can take no more calls: %d were given up on and their handlers do not return", openCalls))
}

func (r *reporter) say(level slog.Level, message string) { r.log(hostRecord(r.plugin, level, message)) }

func (r *reporter) log(record LogRecord) {
	r.options.log(&record)
	r.emit(record)
}

func (r *reporter) emit(event Event) {
	if r.onEvent != nil {
		r.onEvent(event)
	}
}

// firstLine leaves out a dead plugin's last words: they are in the log already.
func firstLine(message string) string {
	first, _, _ := strings.Cut(message, "\n")
	return first
}

// hostRecord is something that pluginart itself has to say.
func hostRecord(plugin string, level slog.Level, message string) LogRecord {
	return LogRecord{Plugin: plugin, Source: FromHost, Level: level, Message: message, Line: message, Whole: true}
}

func (o *options) log(record *LogRecord) {
	handler := o.logger.Handler()
	ctx := context.Background()
	if handler.Enabled(ctx, record.Level) {
		_ = handler.Handle(ctx, record.slogRecord()) // As slog.Logger: who logs cannot do anything about it.
	}
}
