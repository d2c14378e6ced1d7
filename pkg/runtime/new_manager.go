package runtime

import (
	"log/slog"

	"github.com/dlahoza/pluginart/pkg/internal/config"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// NewManagerFromConfig reads and checks a config file; it starts nothing yet. path is relative to the working directory;
// empty is pluginart.toml. It fails with CONFIG_INVALID, naming everything that is wrong, each with file, line and column;
// where the file cannot be read, errors.Is knows why, fs.ErrNotExist for instance.
func NewManagerFromConfig(path string, given ...Option) (*Manager, error) {
	if path == "" {
		path = "pluginart.toml"
	}
	specs, warnings, err := config.Load(path)
	return loaded(specs, warnings, err, given)
}

// NewManagerFromTOML is NewManagerFromConfig for a host that makes its configuration itself: text is what a config file
// would hold, with the same defaults, and folder is where its relative paths begin; empty is the working directory.
func NewManagerFromTOML(text, folder string, given ...Option) (*Manager, error) {
	specs, warnings, err := config.LoadText("configuration", []byte(text), folder)
	return loaded(specs, warnings, err, given)
}

func loaded(specs []supervise.Spec, warnings []config.Problem, err error, given []Option) (*Manager, error) {
	if err != nil {
		return nil, err
	}
	options := options{}
	for _, option := range given {
		option(&options)
	}
	if options.logger == nil {
		options.logger = slog.Default()
	}
	for _, warning := range warnings {
		record := hostRecord(warning.Plugin, slog.LevelWarn, warning.String())
		options.log(&record)
	}
	return newManager(specs, options), nil
}

func newManager(specs []supervise.Spec, options options) *Manager {
	m := &Manager{plugins: map[string]*supervise.Supervisor{}, optional: map[string]bool{}}
	memory := &supervise.Memory{}
	for index := range specs {
		spec := &specs[index]
		launcher := launch.New(spec.Name, spec.Launch, &m.home)
		m.plugins[spec.Name] = supervise.New(spec, launcher, memory, newReporter(spec, options))
		m.names = append(m.names, spec.Name)
		m.optional[spec.Name] = spec.Optional
	}
	return m
}
