package launch

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

const (
	// outputGrace is how long the last output of a dead process is waited for: a stranger may hold its pipes open.
	outputGrace = time.Second
	// killGrace: after SIGKILL the kernel needs a moment; a process stuck in it may need for ever.
	killGrace    = 5 * time.Second
	readBufBytes = 32_768
	// killedByWhom is how one ended that got a SIGKILL which was not ours.
	killedByWhom = "was killed by SIGKILL, by somebody else or for want of memory"
)

// systemProcess is a running process with its group, its output always drained.
type systemProcess struct {
	command *exec.Cmd
	stdin   *os.File
	stdout  tail
	stderr  tail
	ready   chan struct{}
	exited  chan struct{}
	ended   chan struct{}

	// mutex keeps signals from a group whose id may belong to somebody else.
	mutex  sync.Mutex
	reaped bool
	killed bool
}

// startProcess fails with the error of the operating system.
func startProcess(c command, guard *guard, onLine OnLine) (*systemProcess, error) {
	line, gated := behindGate(c)
	pipes, err := openPipes()
	if err != nil {
		return nil, err
	}
	cmd := &exec.Cmd{
		Path: line[0], Args: line, Dir: c.dir, Env: []string{},
		Stdin: pipes.stdin.read, Stdout: pipes.stdout.write, Stderr: pipes.stderr.write, SysProcAttr: ownSession(),
	}
	if c.file3 != nil {
		cmd.ExtraFiles = []*os.File{c.file3}
	}
	for name, value := range c.variables {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	err = cmd.Start()
	pipes.closePluginsEnds()
	if err != nil {
		pipes.closeHostsEnds()
		return nil, err
	}
	p := &systemProcess{
		command: cmd, stdin: pipes.stdin.write,
		ready: make(chan struct{}), exited: make(chan struct{}), ended: make(chan struct{}),
	}
	guard.add(p.PID())
	if gated {
		// An error, of a process that is gone already, is heard of by its exit.
		_, _ = p.stdin.WriteString(goAhead)
	}
	p.watch(pipes, guard, onLine)
	return p, nil
}

func (p *systemProcess) PID() int { return p.command.Process.Pid }

func (p *systemProcess) Ready() <-chan struct{} { return p.ready }

func (p *systemProcess) Exited() <-chan struct{} { return p.exited }

func (p *systemProcess) Ended() <-chan struct{} { return p.ended }

func (p *systemProcess) HasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

func (p *systemProcess) EndsSoon(grace time.Duration) bool { return closesWithin(p.exited, grace) }

func (p *systemProcess) Evidence() *fault.Evidence {
	evidence := &fault.Evidence{ExitCode: -1, Stderr: p.stderr.lines(), Stdout: p.stdout.lines()}
	if p.HasExited() {
		evidence.ExitCode = p.command.ProcessState.ExitCode()
		if signal, killed := p.deadlySignal(); killed {
			evidence.Signal = signalName(signal)
		}
	}
	return evidence
}

func (p *systemProcess) HowEnded() string {
	signal, killed := p.deadlySignal()
	if !killed {
		return fmt.Sprintf("exited with code %d", p.command.ProcessState.ExitCode())
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if signal == syscall.SIGKILL && !p.killed {
		return killedByWhom
	}
	return "was killed by " + signalName(signal)
}

func (p *systemProcess) deadlySignal() (syscall.Signal, bool) {
	status, ok := p.command.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return 0, false
	}
	return status.Signal(), true
}

// stop asks the process group to end, and after grace makes it.
func (p *systemProcess) stop(grace time.Duration) {
	if grace > 0 && !p.HasExited() {
		p.signal(syscall.SIGTERM)
		closesWithin(p.exited, grace)
	}
	if !p.HasExited() {
		p.signal(syscall.SIGKILL)
		closesWithin(p.exited, killGrace)
	}
	if p.HasExited() {
		<-p.ended
	}
}

func (p *systemProcess) signal(signal syscall.Signal) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.reaped {
		return
	}
	p.killed = p.killed || signal == syscall.SIGKILL
	signalGroup(p.PID(), signal)
}

func (p *systemProcess) watch(pipes *pipes, guard *guard, onLine OnLine) {
	out := &readyLine{
		onReady: func() { close(p.ready) },
		onLine: func(text string, whole bool) {
			p.stdout.add(text)
			onLine(Stdout, text, whole)
		},
	}
	var drains sync.WaitGroup
	drains.Go(func() {
		drain(pipes.stdout.read, &lineSplitter{onLine: out.line})
		out.end()
	})
	drains.Go(func() {
		drain(pipes.stderr.read, &lineSplitter{onLine: func(text string, whole bool) {
			p.stderr.add(text)
			onLine(Stderr, text, whole)
		}})
	})
	drained := make(chan struct{})
	go func() {
		drains.Wait()
		close(drained)
	}()
	go func() {
		p.reap()
		guard.remove(p.PID())
		p.stdin.Close()
		close(p.exited)
		if !closesWithin(drained, outputGrace) {
			pipes.closeHostsEnds()
			// Nothing more comes; whoever gets the lines may be slow, or waiting for this very end.
			closesWithin(drained, outputGrace)
		}
		pipes.closeHostsEnds()
		close(p.ended)
	}()
}

// reap waits for the process and ends what is left of its group.
func (p *systemProcess) reap() {
	_ = p.command.Wait()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.reaped = true
	// At once, as long as its id cannot have been given to anybody else.
	signalGroup(p.PID(), syscall.SIGKILL)
}

func drain(stream io.Reader, splitter *lineSplitter) {
	buffer := make([]byte, readBufBytes)
	for {
		count, err := stream.Read(buffer)
		splitter.push(buffer[:count])
		if err != nil {
			splitter.end()
			return
		}
	}
}

// closesWithin waits for a channel to be closed; false where time ran out before.
func closesWithin(channel <-chan struct{}, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-channel:
		return true
	case <-timer.C:
	}
	// Both may have come at once.
	select {
	case <-channel:
		return true
	default:
		return false
	}
}

type pipe struct {
	read, write *os.File
}

// pipes are those of a process. Its own ends are blocking, as any program expects; the host's are not.
type pipes struct {
	stdin, stdout, stderr pipe
}

func openPipes() (*pipes, error) {
	p := &pipes{}
	var errs [3]error
	p.stdin.read, p.stdin.write, errs[0] = os.Pipe()
	p.stdout.read, p.stdout.write, errs[1] = os.Pipe()
	p.stderr.read, p.stderr.write, errs[2] = os.Pipe()
	if err := errors.Join(errs[:]...); err != nil {
		p.closePluginsEnds()
		p.closeHostsEnds()
		return nil, err
	}
	return p, nil
}

func (p *pipes) closePluginsEnds() {
	p.stdin.read.Close()
	p.stdout.write.Close()
	p.stderr.write.Close()
}

func (p *pipes) closeHostsEnds() {
	p.stdin.write.Close()
	p.stdout.read.Close()
	p.stderr.read.Close()
}
