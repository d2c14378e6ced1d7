// Package launch starts plugins: it learns that they are ready, stops them, and says why they died. It knows nothing of
// calls and frames.
package launch

import (
	"context"
	"time"
)

// Stream is one of a process's two outputs.
type Stream string

// The streams.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
)

// OnLine gets one line of a plugin's output without its newline, or one piece of at most 64 KiB of a longer line; whole is
// false for such pieces. It is called by one goroutine for each stream, and the plugin waits for it.
type OnLine func(stream Stream, text string, whole bool)

// Options are for one start.
type Options struct {
	// Timeout is the time until READY.
	Timeout time.Duration
	// OnLine gets all output but the READY line, for as long as the process lives.
	OnLine OnLine
}

// Launcher starts one plugin, again and again.
type Launcher interface {
	// Command tells what it runs from anything else: executable, arguments, directory. What that was once seen to speak is
	// remembered. Empty for plugins that somebody else runs.
	Command() string
	// Launch returns when the plugin said that it is ready. It fails with STARTUP_FAILED saying what a person needs, or with
	// the cause of the context's end; nothing of the process is left then.
	Launch(ctx context.Context, options Options) (*Instance, error)
}

// Instance is a plugin that has been started and said that it is ready, or one that runs elsewhere.
type Instance struct {
	Address Address
	// Token is the secret shared with it; nil = none.
	Token []byte
	// Process is nil for a plugin that somebody else runs.
	Process *Process

	afterwards func()
}

// Stop asks the process to end (SIGTERM to its group), and after grace makes it (SIGKILL). It returns when nothing of it
// is left: no process of its group, no socket. It may be called again, and is safe for concurrent use.
func (i *Instance) Stop(grace time.Duration) {
	if i.Process == nil {
		return
	}
	i.Process.stop(grace)
	i.afterwards()
}

// New is the launcher for what a plugin's configuration says.
func New(plugin string, spec Spec, home *Home) Launcher {
	switch spec := spec.(type) {
	case *Remote:
		return &remoteLauncher{spec}
	case *Docker:
		return &dockerLauncher{plugin, spec}
	case *Binary:
		return &binaryLauncher{plugin, spec, home}
	}
	return nil
}
