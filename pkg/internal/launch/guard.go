package launch

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

// guardScript reads lines `+ <group>` and `- <group>` until the host's end of the pipe is gone, then asks the groups that are
// left to end, kills those that have not within a second, and removes the host's directory ($1). Most hosts that die so are
// stopped by Ctrl-C, and their plugins have something to put away. A group is forgotten as soon as it is seen to be gone, so
// that no id that was given to somebody else is hit. It ignores the signals that reach a whole terminal or service, because
// it has to outlive the host, if only by a moment.
const guardScript = `
trap '' HUP INT QUIT TERM PIPE
groups=' '
while read -r verb group; do
  case $verb in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
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
`

const (
	// guardMinLife: a guard that died sooner than this is not replaced until the next plugin starts.
	guardMinLife = time.Second
	// guardEndTimeout is how long a guard may take to end.
	guardEndTimeout = 2 * time.Second
	// guardTellTimeout: one that does not read for so long is stopped, or gone; the host does not wait for it.
	guardTellTimeout = time.Second
)

// guard is a small shell process that outlives the host just long enough to kill the plugins it leaves behind and to remove
// its directory, however it ends. Groups are taken off the list the moment their process is gone, so that no reused id is
// ever hit.
type guard struct {
	directory string

	mutex  sync.Mutex
	groups map[int]bool
	shell  *guardShell
	closed bool
}

// guardShell is one process of a guard's.
type guardShell struct {
	command *exec.Cmd
	pipe    *os.File
	gone    chan struct{}
}

func newGuard(directory string) *guard {
	g := &guard{directory: directory, groups: map[int]bool{}}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.start()
	return g
}

func (g *guard) add(group int) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.groups[group] = true
	if g.shell == nil {
		g.start()
	} else {
		g.shell.tell('+', group)
	}
}

func (g *guard) remove(group int) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	delete(g.groups, group)
	if g.shell != nil {
		g.shell.tell('-', group)
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
		shell.tell('+', group)
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
		if len(g.groups) > 0 && time.Since(started) > guardMinLife {
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
	command.Env = []string{"PATH=/usr/bin:/bin"}
	command.Stdin = read
	// Signals to the host's terminal or group do not reach it.
	command.SysProcAttr = ownSession()
	if err := command.Start(); err != nil {
		write.Close()
		return nil, err
	}
	return &guardShell{command: command, pipe: write, gone: make(chan struct{})}, nil
}

// tell ignores errors: a guard that does not hear is about to be replaced.
func (s *guardShell) tell(verb rune, group int) {
	_ = s.pipe.SetWriteDeadline(time.Now().Add(guardTellTimeout))
	_, _ = fmt.Fprintf(s.pipe, "%c %d\n", verb, group)
}
