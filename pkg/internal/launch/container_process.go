package launch

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

const (
	// removeRetry is between two attempts to remove what may still be in the making.
	removeRetry = 100 * time.Millisecond
	// removeTimeout: an engine that does not get rid of a container in this time is not waited for.
	removeTimeout = 10 * time.Second
	// oomAnswer is how long an engine may take to say whether memory ran out.
	oomAnswer = 5 * time.Second
	// dockerFailed is what docker's client exits with where docker itself failed.
	dockerFailed = 125
	// signalled is a shell's way, and docker-init's, to say that a signal ended it.
	signalled = 128
)

// containerProcess is a container, and the docker client that is attached to it: its output, its end and its stdin are the
// container's.
type containerProcess struct {
	*systemProcess
	docker *dockerClient
	name   string
	memory string
	killed atomic.Bool
	over   chan struct{}
	how    string
}

// startContainer fails with the error of the operating system where the client cannot be started.
func startContainer(docker *dockerClient, run *dockerRun, name, memory string, guard *guard, onLine OnLine) (*containerProcess, error) {
	directory, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	line := command{file: docker.file, args: run.args, dir: directory, variables: run.variables}
	if run.envFile != "" {
		if line.file3, err = openNameless(run.envFile); err != nil {
			return nil, err
		}
		defer line.file3.Close()
	}
	guard.addContainer(docker.file, name)
	client, err := startProcess(line, guard, onLine)
	if err != nil {
		guard.removeContainer(name)
		return nil, err
	}
	c := &containerProcess{systemProcess: client, docker: docker, name: name, memory: memory, over: make(chan struct{})}
	go c.awaitEnd(guard)
	return c, nil
}

func (c *containerProcess) Ended() <-chan struct{} { return c.over }

func (c *containerProcess) HowEnded() string { return c.how }

func (c *containerProcess) EndsSoon(grace time.Duration) bool {
	if closesWithin(c.exited, grace) {
		return true
	}
	// The client ends when the engine has removed the container, which a busy one takes its time for.
	return !c.docker.isRunning(c.name) && closesWithin(c.exited, removeTimeout)
}

func (c *containerProcess) stop(grace time.Duration) {
	if grace > 0 && !c.HasExited() {
		deadline := time.Now().Add(grace)
		told := make(chan struct{})
		taken := false
		go func() {
			defer close(told)
			taken = c.docker.terminate(c.name)
		}()
		select {
		case <-c.exited:
		case <-told:
		case <-time.After(grace):
		}
		<-told
		// One that does not run yet has nothing to put away.
		if taken {
			closesWithin(c.exited, time.Until(deadline))
		}
	}
	if !c.HasExited() {
		c.kill()
	}
	if c.HasExited() {
		<-c.over
	}
}

// kill is by the engine, as the client's death is not the container's; again and again, as it may still be in the making.
func (c *containerProcess) kill() {
	c.killed.Store(true)
	for deadline := time.Now().Add(removeTimeout); time.Now().Before(deadline); {
		c.docker.remove(c.name)
		if closesWithin(c.exited, removeRetry) {
			return
		}
	}
	c.systemProcess.stop(0)
}

func (c *containerProcess) awaitEnd(guard *guard) {
	defer close(c.over)
	<-c.ended
	_, clientKilled := c.deadlySignal()
	// Otherwise the client has seen that the container is gone.
	if !clientKilled && c.command.ProcessState.ExitCode() != dockerFailed || c.docker.remove(c.name) {
		guard.removeContainer(c.name)
	}
	c.how = c.describe(clientKilled)
}

func (c *containerProcess) describe(clientKilled bool) string {
	how := c.systemProcess.HowEnded()
	killed := c.killed.Load()
	switch signal := commonSignal(c.command.ProcessState.ExitCode() - signalled); {
	case clientKilled && !killed:
		return "lost its docker client, which " + how
	case clientKilled, killed && signal == "SIGKILL":
		return "was killed by SIGKILL"
	case signal == "":
		return how
	case signal != "SIGKILL":
		return "was killed by " + signal
	}
	switch ranOut, known := c.docker.ranOutOfMemory(c.name, oomAnswer); {
	case !known:
		return killedByWhom
	case !ranOut:
		return "was killed by SIGKILL, by somebody else"
	case c.memory == "":
		return "was killed for want of memory"
	}
	return fmt.Sprintf("was killed for want of memory (resources.memory is %s)", c.memory)
}

// openNameless is a file to read, of which nobody else can get hold: its name is gone before anybody hears of it.
func openNameless(text string) (*os.File, error) {
	written, err := os.CreateTemp("", "pluginart-env-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(written.Name())
	defer written.Close()
	if _, err := written.WriteString(text); err != nil {
		return nil, err
	}
	return os.Open(written.Name())
}
