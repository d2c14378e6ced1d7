package runtime

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// runHost is a host of its own with one plugin: `<role of the plugin> <what to do>`.
func runHost(arguments string) error {
	role, mode, _ := strings.Cut(arguments, " ")
	spec := pluginSpec("echo", role)
	if file := os.Getenv("STOP_FILE_OF_PLUGIN"); file != "" {
		spec = with(spec, map[string]string{"STOP_FILE": file})
	}
	m := newManager([]supervise.Spec{spec}, options{logger: slog.New(slog.DiscardHandler)})
	ctx := context.Background()
	if err := m.Start(ctx); err != nil {
		return err
	}
	answer, err := m.Call(ctx, "echo", []byte("grandchild"))
	if err != nil {
		return err
	}
	grandchild, _ := strconv.Atoi(string(answer))
	status := m.Status()[0]
	told, _ := json.Marshal(runningHost{Plugin: status.PID, Grandchild: grandchild, Directory: strings.TrimPrefix(filepath.Dir(status.Address), "unix:")})
	fmt.Println(string(told))
	switch mode {
	case "exit":
		os.Exit(5)
	case "shutdown":
		return m.Shutdown(ctx)
	case "spin":
		_, err = m.Call(ctx, "echo", []byte("spin"))
		return err
	}
	select {}
}

type runningHost struct {
	host *exec.Cmd
	// Plugin and Grandchild are process ids; Directory is that of its sockets.
	Plugin, Grandchild int
	Directory          string
}

func startHost(t *testing.T, arguments string, variables ...string) *runningHost {
	t.Helper()
	running := &runningHost{}
	running.host = startRole(t, "host "+arguments, running, variables...)
	if !strings.HasSuffix(arguments, "shutdown") && (!isRunning(running.Plugin) || !isRunning(running.Grandchild)) {
		t.Fatal("its plugin does not run")
	}
	return running
}

// startRole starts this test program anew as something else, and reads what that says of itself on its first line.
func startRole(t *testing.T, role string, said any, variables ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self)
	command.Env = append(append(os.Environ(), variables...), roleVariable+"="+role)
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil || json.Unmarshal(line, said) != nil {
		t.Fatalf("%s said %q, %v", role, line, err)
	}
	return command
}

func (r *runningHost) assertNothingLeft(t *testing.T) {
	t.Helper()
	_ = r.host.Wait()
	eventually(t, "the plugin is gone", func() bool { return !isRunning(r.Plugin) })
	eventually(t, "its grandchild is gone", func() bool { return !isRunning(r.Grandchild) })
	eventually(t, "the socket directory is gone", func() bool {
		_, err := os.Stat(r.Directory)
		return os.IsNotExist(err)
	})
	eventually(t, "the guard is gone", func() bool { return len(guardsOf(t, r.Directory)) == 0 })
}

// guardsOf are the guards that watch over a directory, by what /proc says of them.
func guardsOf(t *testing.T, directory string) (pids []int) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		line, _ := os.ReadFile(file) // It may be gone by now.
		if strings.HasSuffix(string(line), "\x00pluginart-guard\x00"+directory+"\x00") {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			pids = append(pids, pid)
		}
	}
	return pids
}

func TestSIGKILLOfAHostLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"plugin spin", "plugin stay", "v1 spin"} {
		running := startHost(t, mode)
		if err := running.host.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		running.assertNothingLeft(t)
	}
}

func TestSignalsToTheWholeGroupOfTheHostDoNotDisarmItsGuard(t *testing.T) {
	running := startHost(t, "plugin spin")
	for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGKILL} {
		_ = syscall.Kill(-running.host.Process.Pid, signal)
	}
	running.assertNothingLeft(t)
}

func TestAPluginWhoseHostIsInterruptedPutsAwayWhatItHasOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stopped")
	running := startHost(t, "plugin stay", "STOP_FILE_OF_PLUGIN="+file)
	_ = syscall.Kill(-running.host.Process.Pid, syscall.SIGINT)
	running.assertNothingLeft(t)
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

func TestAHostThatExitsWithoutAShutdownLeavesNothing(t *testing.T) {
	running := startHost(t, "plugin exit")
	running.assertNothingLeft(t)
	if code := running.host.ProcessState.ExitCode(); code != 5 {
		t.Errorf("code %d", code)
	}
}

func TestAHostThatShutsDownEndsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	running := startHost(t, "plugin shutdown")
	running.assertNothingLeft(t)
	if code := running.host.ProcessState.ExitCode(); code != 0 {
		t.Errorf("code %d", code)
	}
}

func TestAGuardThatIsKilledIsReplaced(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("SKIPPED: needs /proc to find the guard")
	}
	running := startHost(t, "plugin stay")
	first := guardsOf(t, running.Directory)[0]
	// One that dies young is not replaced before the next plugin starts.
	time.Sleep(1500 * time.Millisecond)
	_ = syscall.Kill(first, syscall.SIGKILL)
	eventually(t, "there is another", func() bool {
		guards := guardsOf(t, running.Directory)
		return len(guards) == 1 && guards[0] != first
	})
	// It can be seen a moment before it has been told what to guard.
	time.Sleep(time.Second)
	if err := running.host.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	running.assertNothingLeft(t)
}
