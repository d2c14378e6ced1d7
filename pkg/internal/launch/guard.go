package launch

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// guardScript reads lines until the host's end of the pipe is gone: `+ <group>` and `- <group>` for processes, `docker <file>`,
// `run <name>` and `gone <name>` for containers. Then it asks the groups that are left to end (docker's client passes that
// on), kills those that have not within a second, and removes the host's directory ($1), then the containers. Most hosts
// that die so are stopped by Ctrl-C, and their plugins have something to put away. A group is forgotten as soon as it is
// seen to be gone, so that no id that was given to somebody else is hit. Containers are removed twice, as the engine may
// have been about to make one; an engine that does not answer is given half a minute. The guard ignores the signals that
// reach a whole terminal or service, because it has to outlive the host, if only by a moment.
const guardScript = `
trap '' HUP INT QUIT TERM PIPE
groups=' '
containers=' '
while read -r verb what; do
  case $verb in
    +) groups="$groups$what " ;;
    -) case $groups in *" $what "*) groups="${groups%% $what *} ${groups#* $what }" ;; esac ;;
    docker) docker=$what ;;
    run) containers="$containers$what " ;;
    gone) case $containers in *" $what "*) containers="${containers%% $what *} ${containers#* $what }" ;; esac ;;
  esac
done
signal() {
  left=' '
  for group in $groups; do kill "-$1" "-$group" && left="$left$group "; done
  groups=$left
}
signal TERM
for tenth in 1 2 3 4 5 6 7 8 9 10; do
  [ "$groups" = ' ' ] || { sleep 0.1; signal 0; }
done
signal KILL
rm -rf -- "$1"
[ "$containers" = ' ' ] && exit
{ "$docker" rm --force --volumes $containers; sleep 1; "$docker" rm --force --volumes $containers; } &
for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
  kill -0 $! || exit
  sleep 1
done
kill -KILL 0
`

const (
	// guardMinLife: a guard that died sooner than this is not replaced until the next plugin starts.
	guardMinLife = time.Second
	// guardEndTimeout is how long a guard may take to end.
	guardEndTimeout = 2 * time.Second
	// guardTellTimeout: one that does not read for so long is stopped, or gone; the host does not wait for it.
	guardTellTimeout = time.Second
)

// guard is a small shell process that outlives the host just long enough to kill the plugins it leaves behind, containers
// too, and to remove its directory, however it ends. Groups are taken off the list the moment their process is gone, so that
// no reused id is ever hit.
type guard struct {
	directory string

	mutex      sync.Mutex
	groups     map[int]bool
	containers map[string]bool
	docker     string
	shell      *guardShell
	closed     bool
}

// guardShell is one process of a guard's.
type guardShell struct {
	command *exec.Cmd
	pipe    *os.File
	gone    chan struct{}
}

func newGuard(directory string) *guard {
	g := &guard{directory: directory, groups: map[int]bool{}, containers: map[string]bool{}}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.start()
	return g
}

// add takes the id of a process group.
func (g *guard) add(group int) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.groups[group] = true
	g.startOrTell("+", group)
}

// addContainer takes the absolute path of the docker command to remove it by.
func (g *guard) addContainer(docker, name string) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.docker = docker
	g.containers[name] = true
	if g.shell != nil {
		g.shell.tell("docker", docker)
	}
	g.startOrTell("run", name)
}

func (g *guard) removeContainer(name string) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	delete(g.containers, name)
	if g.shell != nil {
		g.shell.tell("gone", name)
	}
}

// startOrTell is called with the mutex held. A shell that starts is told everything.
func (g *guard) startOrTell(verb string, what any) {
	if g.shell == nil {
		g.start()
	} else {
		g.shell.tell(verb, what)
	}
}

func (g *guard) remove(group int) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	delete(g.groups, group)
	if g.shell != nil {
		g.shell.tell("-", group)
	}
}

// close ends the guard; what is still on its list is killed.
func (g *guard) close() {
	g.mutex.Lock()
	g.closed = true
	shell := g.shell
	g.mutex.Unlock()
	if shell == nil {
		return
	}
	shell.pipe.Close()
	select {
	case <-shell.gone:
	case <-time.After(guardEndTimeout):
		_ = shell.command.Process.Kill()
		<-shell.gone
	}
}

// start is called with the mutex held. Where there is no shell (in an image without one, plugins still have their lifeline),
// or no room for it now, the next plugin that starts tries again.
func (g *guard) start() {
	shell, err := startGuardShell(g.directory)
	if err != nil {
		return
	}
	g.shell = shell
	for group := range g.groups {
		shell.tell("+", group)
	}
	if g.docker != "" {
		shell.tell("docker", g.docker)
	}
	for name := range g.containers {
		shell.tell("run", name)
	}
	started := time.Now()
	go func() {
		_ = shell.command.Wait()
		shell.pipe.Close()
		g.mutex.Lock()
		defer g.mutex.Unlock()
		defer close(shell.gone)
		if g.closed {
			return
		}
		g.shell = nil
		if len(g.groups)+len(g.containers) > 0 && time.Since(started) > guardMinLife {
			g.start()
		}
	}()
}

func startGuardShell(directory string) (*guardShell, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	command := exec.Command(shellPath, "-c", guardScript, "pluginart-guard", directory)
	command.Dir = "/"
	command.Env = guardEnvironment()
	command.Stdin = read
	// Signals to the host's terminal or group do not reach it.
	command.SysProcAttr = ownSession()
	if err := command.Start(); err != nil {
		write.Close()
		return nil, err
	}
	return &guardShell{command: command, pipe: write, gone: make(chan struct{})}, nil
}

// guardEnvironment is what docker's client needs, and the shell's few programs wherever the host's PATH leads.
func guardEnvironment() []string {
	variables := clientEnvironment(os.Environ())
	variables["PATH"] = strings.Trim(variables["PATH"]+":/usr/bin:/bin", ":")
	return pairs(variables)
}

// tell ignores errors: a guard that does not hear is about to be replaced.
func (s *guardShell) tell(verb string, what any) {
	_ = s.pipe.SetWriteDeadline(time.Now().Add(guardTellTimeout))
	_, _ = fmt.Fprintf(s.pipe, "%s %v\n", verb, what)
}
