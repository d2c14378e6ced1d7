package launch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"
)

// containersStarted tells the containers of one host apart, over all its managers.
var containersStarted atomic.Int64

// dockerLauncher starts a container by the docker command.
type dockerLauncher struct {
	plugin   string
	spec     *Docker
	home     *Home
	findPort func() (int, error)
}

func (l *dockerLauncher) Command() string {
	return fmt.Sprintf("%q", append([]string{"docker", l.spec.Image}, l.spec.Args...))
}

func (l *dockerLauncher) Launch(ctx context.Context, options Options) (*Instance, error) {
	if err := l.supported(); err != nil {
		return nil, err
	}
	deadline := time.Now().Add(options.Timeout)
	docker, err := findDocker(l.plugin)
	if err != nil {
		return nil, err
	}
	home, err := l.home.open()
	if err != nil {
		return nil, err
	}
	home.sweeps.containersOnce(docker)
	for tried := 1; ; tried++ {
		instance, portTaken, err := l.launchOnce(ctx, docker, home, options, deadline)
		if !portTaken || tried == maxPortsTried {
			return instance, err
		}
	}
}

func (l *dockerLauncher) supported() error {
	switch {
	case l.spec.Transport == Unix && runtime.GOOS != "linux":
		what := fmt.Sprintf("cannot be started on %s: its engine shares no sockets with it: set transport = \"tcp\"", runtime.GOOS)
		return StartupFailure(l.plugin, what, nil, nil)
	case !supported:
		return StartupFailure(l.plugin, "cannot be started: there is no support for this system yet", nil, nil)
	}
	return nil
}

func (l *dockerLauncher) launchOnce(ctx context.Context, docker *dockerClient, home openHome, options Options,
	deadline time.Time) (instance *Instance, portTaken bool, err error) {
	plan, err := l.plan(home)
	if err != nil {
		return nil, false, StartupFailure(l.plugin, "could not be started: "+err.Error(), nil, err)
	}
	if ctx.Err() != nil {
		plan.removeFolder()
		return nil, false, context.Cause(ctx)
	}
	run, err := newDockerRun(l.spec, plan, docker.variables)
	var container *containerProcess
	if err == nil {
		container, err = startContainer(docker, run, plan.name, l.spec.Memory, home.guard, options.OnLine)
	}
	if err != nil {
		plan.removeFolder()
		return nil, false, StartupFailure(l.plugin, "could not be started: "+err.Error(), nil, err)
	}
	instance = &Instance{
		Address: plan.address, Token: plan.token, Process: container, BehindProxy: plan.socketFolder == "",
		afterwards: plan.removeFolder, unreachable: l.hint,
	}
	outcome := firstOf(ctx, container, time.Until(deadline))
	if outcome == becameReady {
		return instance, false, nil
	}
	// docker itself listens at a published port, whether anybody does inside or not.
	listened := outcome == timeRanOut && plan.socketFolder != "" && isListening(plan.address)
	instance.Stop(unreadyStop)
	switch outcome {
	case gaveUp:
		return nil, false, context.Cause(ctx)
	case timeRanOut:
		return nil, false, l.late(plan.address, listened, options.Timeout, container)
	}
	evidence := container.Evidence()
	if refusal, portTaken := whyRefused(l.spec, evidence); refusal != "" {
		return nil, portTaken, StartupFailure(l.plugin, "could not be started: "+refusal, evidence, nil)
	}
	what := container.HowEnded() + " before it was ready" + hintOfEnd(l.spec, evidence)
	return nil, false, StartupFailure(l.plugin, what, evidence, nil)
}

func (l *dockerLauncher) late(address Address, listened bool, timeout time.Duration, container *containerProcess) error {
	state := "has not"
	if listened {
		state = fmt.Sprintf("listens at %s, but has not", address)
	}
	evidence := container.Evidence()
	hint := misprintedReady(evidence.Stdout, evidence.Stderr)
	what := fmt.Sprintf("%s printed READY alone on a line of stdout within %v s (startup_timeout)%s", state, timeout.Seconds(), hint)
	return StartupFailure(l.plugin, what, evidence, nil)
}

func (l *dockerLauncher) hint(err error) string { return hintOfUnreachable(l.spec, err) }

func (l *dockerLauncher) plan(home openHome) (*containerPlan, error) {
	plan := &containerPlan{
		name:   fmt.Sprintf("%s-%s-%d", filepath.Base(home.directory.path), l.plugin, containersStarted.Add(1)),
		labels: containerLabels(l.plugin),
		token:  newToken(),
		user:   l.spec.User,
	}
	if l.spec.Transport == TCP {
		port, err := l.findPort()
		plan.address = Address{Host: loopback, Port: port}
		return plan, err
	}
	folder, err := home.directory.newSocketFolder(l.plugin)
	plan.socketFolder, plan.address = folder, Address{Path: filepath.Join(folder, socketName)}
	// Root can connect to everybody's socket; anybody else to their own only, as plugins make them with mode 0600.
	if plan.user == "" && os.Getuid() != 0 {
		plan.user = fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid())
	}
	return plan, err
}

// removeFolder: what the plugin left there as somebody else may stay, as all of the host's directory does then.
func (p *containerPlan) removeFolder() {
	if p.socketFolder != "" {
		_ = os.RemoveAll(p.socketFolder)
	}
}
