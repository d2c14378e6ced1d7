package config

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// What holds where neither a plugin's entry nor [defaults] says anything.
const (
	defaultStartupTimeout      = 5 * time.Second
	defaultShutdownTimeout     = 10 * time.Second
	defaultHealthInterval      = 2 * time.Second
	defaultUnresponsiveTimeout = 30 * time.Second
	defaultMaxRestarts         = 5
	defaultRestartBackoffMax   = 30 * time.Second
	defaultStableAfter         = 10 * time.Second
	defaultCallTimeout         = 30 * time.Second
	defaultMaxMessageBytes     = 4_194_304
	defaultMinProtocol         = 1
	defaultDialTimeout         = 5 * time.Second
)

// resolvePlugin fills in what an entry leaves out and makes its paths absolute.
func resolvePlugin(e *entry, kind string, defaults settings, folder, contract string, token []byte) supervise.Spec {
	return supervise.Spec{
		Name:                e.name,
		Launch:              resolveLaunch(e, kind, folder, token),
		ContractHash:        contract,
		Optional:            e.optional,
		StartupTimeout:      first(defaultStartupTimeout, e.startupTimeout, defaults.startupTimeout),
		ShutdownTimeout:     first(defaultShutdownTimeout, e.shutdownTimeout, defaults.shutdownTimeout),
		HealthInterval:      first(defaultHealthInterval, e.healthInterval, defaults.healthInterval),
		MaxRestarts:         first(defaultMaxRestarts, e.maxRestarts, defaults.maxRestarts),
		RestartBackoffMax:   first(defaultRestartBackoffMax, e.restartBackoffMax, defaults.restartBackoffMax),
		StableAfter:         first(defaultStableAfter, e.stableAfter, defaults.stableAfter),
		UnresponsiveTimeout: first(defaultUnresponsiveTimeout, e.unresponsiveTimeout, defaults.unresponsiveTimeout),
		CallTimeout:         first(defaultCallTimeout, e.callTimeout, defaults.callTimeout),
		MaxMessageBytes:     first(defaultMaxMessageBytes, e.maxMessageBytes, defaults.maxMessageBytes),
		MinProtocol:         first(defaultMinProtocol, e.minProtocol, defaults.minProtocol),
	}
}

// first is the first value that was said, or what is built in.
func first[Value any](builtIn Value, said ...*Value) Value {
	for _, value := range said {
		if value != nil {
			return *value
		}
	}
	return builtIn
}

func resolveLaunch(e *entry, kind, folder string, token []byte) launch.Spec {
	transport := launch.Unix
	if e.transport != "" {
		transport = launch.Transport(e.transport)
	}
	switch kind {
	case typeDocker:
		container := *e.container
		container.Args, container.Env = e.args, e.env
		if e.transport != "" {
			container.Transport = launch.Transport(e.transport)
		}
		return &container
	case typeRemote:
		return &launch.Remote{
			Host: e.host, Port: e.port, DialTimeout: first(defaultDialTimeout, e.dialTimeout), Token: token,
		}
	}
	path := e.path
	// A name without a slash is the launcher's to find on PATH.
	if strings.Contains(path, "/") {
		path = absolute(folder, path)
	}
	return &launch.Binary{
		Path: path, Args: e.args, Transport: transport, Env: e.env,
		Inherit: launch.Inherit{None: e.inheritNone, Names: e.inheritNames}, Dir: absolute(folder, e.cwd),
	}
}

// absolute is a path of the configuration file, whose folder relative ones begin at.
func absolute(folder, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(folder, path)
}
