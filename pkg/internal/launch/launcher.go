// Package launch starts plugins: it learns that they are ready, stops them, and says why they died. It knows nothing of
// calls and frames.
package launch

import (
	"context"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
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

// Process is what runs for a plugin that has been started.
type Process interface {
	// PID is the process's id, and that of its group; of a container, those of the docker client attached to it.
	PID() int
	// Ready is closed when the process has said READY.
	Ready() <-chan struct{}
	// Exited is closed in the moment the process is gone; its last output may still be on its way.
	Exited() <-chan struct{}
	// Ended is closed when the process is gone and its output is complete, at most a second later; for a container, when
	// its engine has answered as well.
	Ended() <-chan struct{}
	// HasExited reports whether the process is gone.
	HasExited() bool
	// EndsSoon reports whether it is gone within grace, or seen to be on its way out by then: where it has just lost its
	// connection, this tells why.
	EndsSoon(grace time.Duration) bool
	// Evidence is what the process has printed so far, and how it ended if it has.
	Evidence() *fault.Evidence
	// HowEnded is `exited with code 3` or `was killed by SIGKILL`: it continues a sentence that names the plugin. Only for a
	// process that has ended.
	HowEnded() string

	// stop asks it to end, and after grace makes it.
	stop(grace time.Duration)
}

// Instance is a plugin that has been started and said that it is ready, or one that runs elsewhere.
type Instance struct {
	Address Address
	// Token is the secret shared with it; nil = none.
	Token []byte
	// Process is nil for a plugin that somebody else runs.
	Process Process
	// BehindProxy: somebody in between accepts connections whether the plugin listens or not, and closes them where it does not.
	BehindProxy bool

	afterwards func()
	// unreachable is a hint, as HintOfUnreachable; may be nil.
	unreachable func(err error) string
}

// HintOfUnreachable is what may keep a plugin that is ready from being reached, by the failure to. It begins with "; ",
// or is empty.
func (i *Instance) HintOfUnreachable(err error) string {
	if i.unreachable == nil {
		return ""
	}
	return i.unreachable(err)
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
		return &dockerLauncher{plugin, spec, home, freePort}
	case *Binary:
		return &binaryLauncher{plugin, spec, home}
	}
	return nil
}
