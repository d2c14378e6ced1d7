package launch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

var portTaken = regexp.MustCompile(`(?i)EADDRINUSE|address already in use`)

// binaryLauncher starts an executable of this machine.
type binaryLauncher struct {
	plugin string
	spec   *Binary
	home   *Home
}

func (l *binaryLauncher) Command() string {
	return fmt.Sprintf("%q", append([]string{l.spec.Path, l.spec.Dir}, l.spec.Args...))
}

func (l *binaryLauncher) Launch(ctx context.Context, options Options) (*Instance, error) {
	if !supported {
		return nil, StartupFailure(l.plugin, "cannot be started: there is no support for this system yet", nil, nil)
	}
	deadline := time.Now().Add(options.Timeout)
	home, err := l.home.open()
	if err != nil {
		return nil, err
	}
	for tried := 1; ; tried++ {
		instance, err := l.launchAt(ctx, home, options, deadline)
		if err == nil {
			return instance, nil
		}
		if tried == maxPortsTried || l.spec.Transport != TCP || !saysPortTaken(err) {
			return nil, err
		}
	}
}

// saysPortTaken reports whether a plugin ended because somebody else has its port.
func saysPortTaken(err error) bool {
	failure, ok := errors.AsType[*fault.Error](err)
	return ok && failure.Evidence != nil && failure.Evidence.ExitCode > 0 &&
		slices.ContainsFunc(failure.Evidence.Stderr, portTaken.MatchString)
}

func (l *binaryLauncher) newAddress(home openHome) (Address, error) {
	if l.spec.Transport != TCP {
		return Address{Path: home.directory.newSocketPath(l.plugin)}, nil
	}
	port, err := freePort()
	if err != nil {
		return Address{}, StartupFailure(l.plugin, "could not be started: no port is free: "+err.Error(), nil, err)
	}
	return Address{Host: loopback, Port: port}, nil
}

func (l *binaryLauncher) launchAt(ctx context.Context, home openHome, options Options, deadline time.Time) (*Instance, error) {
	address, err := l.newAddress(home)
	if err != nil {
		return nil, err
	}
	token := newToken()
	variables := environment(l.spec, os.Environ(), address, token)
	file, err := findExecutable(l.plugin, l.spec.Path, variables["PATH"])
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	process, err := startProcess(command{file: file, args: l.spec.Args, dir: l.spec.Dir, variables: variables}, home.guard, options.OnLine)
	if err != nil {
		return nil, l.couldNotStart(file, err)
	}
	instance := &Instance{Address: address, Token: token, Process: process, afterwards: func() {
		if address.Path != "" {
			_ = os.Remove(address.Path)
		}
	}}
	outcome := firstOf(ctx, process, time.Until(deadline))
	if outcome == becameReady {
		return instance, nil
	}
	listened := outcome == timeRanOut && isListening(address)
	instance.Stop(unreadyStop)
	switch evidence := process.Evidence(); outcome {
	case gaveUp:
		return nil, context.Cause(ctx)
	case timeRanOut:
		return nil, l.late(address, listened, options.Timeout, evidence)
	default:
		return nil, l.exitedEarly(file, process, evidence)
	}
}

func (l *binaryLauncher) couldNotStart(file string, cause error) error {
	why := whyNoDirectory(l.spec.Dir)
	if why == "" {
		why = whyUnfit(file)
	}
	if why == "" {
		why = cause.Error()
	}
	return StartupFailure(l.plugin, "could not be started: "+why, nil, cause)
}

func (l *binaryLauncher) late(address Address, listened bool, timeout time.Duration, evidence *fault.Evidence) error {
	state := "has neither listened at its address nor printed READY"
	if listened {
		state = fmt.Sprintf("listens at %s, but has not printed READY alone on a line of stdout", address)
	}
	hint := misprintedReady(evidence.Stdout, evidence.Stderr)
	what := fmt.Sprintf("%s within %v s (startup_timeout)%s", state, timeout.Seconds(), hint)
	return StartupFailure(l.plugin, what, evidence, nil)
}

func (l *binaryLauncher) exitedEarly(file string, process Process, evidence *fault.Evidence) error {
	what := process.HowEnded() + " before it was ready"
	if unfit := whyUnfit(file); unfit != "" {
		what += "; " + unfit
	}
	return StartupFailure(l.plugin, what, evidence, nil)
}

func whyNoDirectory(path string) string {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("its working directory %s does not exist", path)
	case err != nil:
		return fmt.Sprintf("its working directory %s cannot be used: %v", path, err)
	case !info.IsDir():
		return fmt.Sprintf("its working directory %s is not a directory", path)
	}
	return ""
}
