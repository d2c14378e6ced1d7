package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

func TestPluginsOfBothTransportsAndVersionsAreStartedCalledAndStopped(t *testing.T) {
	tcp := pluginSpec("tcp", "plugin")
	tcp.Launch.(*launch.Binary).Transport = launch.TCP
	m := startedManager(t, pluginSpec("unix", "plugin"), tcp, pluginSpec("v1", "v1"))
	var told []string
	var pids []int
	for _, status := range m.Status() {
		told = append(told, fmt.Sprintf("%s %s %d %d", status.Name, status.State, status.Protocol, status.Restarts))
		pids = append(pids, status.PID)
		m.echoes(status.Name, "hello")
	}
	if want := []string{"unix ready 2 0", "tcp ready 2 0", "v1 ready 1 0"}; !slices.Equal(told, want) {
		t.Errorf("status %q", told)
	}
	if err := m.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if slices.ContainsFunc(pids, isRunning) {
		t.Error("a plugin runs still")
	}
	_, err := m.send("unix", "hello", 0)
	if failure := faultOf(t, err, fault.Unavailable, `^plugin "unix" was shut down$`); !failure.RetrySafe {
		t.Error("it may be retried")
	}
}

func TestAPluginIsConfiguredByItsEnvironmentAndSeesNothingSecretOfIt(t *testing.T) {
	t.Setenv("PLUGIN_LEFTOVER", "of the host")
	spec := with(pluginSpec("env", "plugin"), map[string]string{"A": "b", "odd.name-1": "x  y", "IFS": ","})
	spec.Launch.(*launch.Binary).Dir = "/"
	m := startedManager(t, spec)
	answer, err := m.send("env", "env", 0)
	var told struct {
		Cwd string
		Env []string
	}
	if err := errors.Join(err, json.Unmarshal([]byte(answer), &told)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"A=b", "odd.name-1=x  y", "IFS=,", "PATH=" + os.Getenv("PATH")} {
		if !slices.Contains(told.Env, want) {
			t.Errorf("no %s in %q", want, told.Env)
		}
	}
	for _, variable := range told.Env {
		if strings.HasPrefix(variable, "PLUGIN_") && !strings.HasPrefix(variable, "PLUGIN_SOCKET=") {
			t.Errorf("it sees %s", variable)
		}
	}
	if told.Cwd != "/" {
		t.Errorf("it runs in %s", told.Cwd)
	}
}

func TestOneThatFailsStopsTheOthersAndEveryFailureIsListed(t *testing.T) {
	missing := pluginSpec("missing", "plugin")
	missing.Launch = &launch.Binary{Path: "/no/such/plugin"}
	m := managerOf(t, pluginSpec("good", "plugin"), pluginSpec("bad", "exits-at-once"), pluginSpec("worse", "ready-then-gone"), missing)
	failure := faultOf(t, m.Start(t.Context()), fault.StartupFailed,
		`^3 of 4 plugins did not start:\n- plugin "bad" exited with code 3 before it was ready.*cannot open the database.*`+
			`plugin "worse" printed READY, but then exited with code 4.*second thoughts.*/no/such/plugin does not exist`)
	if wrapped, ok := failure.Unwrap().(interface{ Unwrap() []error }); !ok || len(wrapped.Unwrap()) != 3 {
		t.Errorf("it wraps %v", failure.Unwrap())
	}
	for _, status := range m.Status() {
		if status.State != Stopped {
			t.Errorf("%s is %s", status.Name, status.State)
		}
	}
}

func TestReadyButNobodyListens(t *testing.T) {
	m := managerOf(t, pluginSpec("deaf", "ready-but-deaf"))
	faultOf(t, m.Start(t.Context()), fault.StartupFailed,
		`printed READY, but nobody listens at unix:\S+: it has to print READY only once`)
}

func TestReadyButBuiltFromAnotherContract(t *testing.T) {
	spec := pluginSpec("other", "plugin")
	spec.ContractHash = "sha256:" + strings.Repeat("6", 64)
	m := managerOf(t, spec)
	failure := faultOf(t, m.Start(t.Context()), fault.ContractMismatch, spec.ContractHash+".*"+contractHash)
	if failure.Plugin != "other" || failure.Evidence == nil {
		t.Errorf("%+v", failure)
	}
}

func TestAnOptionalPluginMayFail(t *testing.T) {
	bad := pluginSpec("bad", "exits-at-once")
	bad.Optional, bad.MaxRestarts = true, 2
	m := startedManager(t, pluginSpec("good", "plugin"), bad)
	m.echoes("good", "hello")
	// It waits while there is hope, and hears the reason when there is none.
	_, err := m.send("bad", "hello", 0)
	failure := faultOf(t, err, fault.Unavailable, `is not running, 3 failures in a row: plugin "bad" exited with code 3`)
	for _, record := range eventsOf[LogRecord](m) {
		if record.Source == FromHost && strings.Contains(record.Message, "\n") {
			t.Errorf("more than a line of log: %q", record.Message)
		}
	}
	if failure.Evidence == nil || failure.Evidence.ExitCode != 3 {
		t.Errorf("evidence %+v", failure.Evidence)
	}
	var attempts []int
	for _, restart := range eventsOf[RestartEvent](m) {
		attempts = append(attempts, restart.Attempt)
	}
	if !slices.Equal(attempts, []int{1, 2}) || m.Status()[1].State != Failed {
		t.Errorf("attempts %v, then %s", attempts, m.Status()[1].State)
	}
	faultOf(t, m.Restart(t.Context(), "bad"), fault.StartupFailed, `exited with code 3`)
}

func TestStartTwiceIsOneStartAndStartWorksAgainAfterAShutdown(t *testing.T) {
	m := startedManager(t, pluginSpec("echo", "plugin"))
	pid := m.Status()[0].PID
	if err := m.Start(t.Context()); err != nil || m.Status()[0].PID != pid {
		t.Error(err, m.Status())
	}
	twice := make(chan error, 2)
	for range 2 {
		go func() { twice <- m.Shutdown(context.Background()) }()
	}
	if err := errors.Join(<-twice, <-twice); err != nil {
		t.Error(err)
	}
	if err := m.Start(t.Context()); err != nil || m.Status()[0].PID == pid {
		t.Error(err, m.Status())
	}
	m.echoes("echo", "hello")
}

func TestBeforeTheStartCallsSayWhatToDoUnknownNamesWhatThereIs(t *testing.T) {
	m := managerOf(t, pluginSpec("echo", "plugin"))
	_, err := m.send("echo", "x", 0)
	faultOf(t, err, fault.Unavailable, `plugin "echo" has not been started: call Start first`)
	_, err = m.send("ehco", "x", 0)
	faultOf(t, err, fault.ConfigInvalid, `^no plugin is named "ehco"; the configuration has "echo"$`)
}

func TestAShutdownDuringTheStartEndsBoth(t *testing.T) {
	m := managerOf(t, pluginSpec("slow", "never-ready"), pluginSpec("echo", "plugin"))
	started := make(chan error, 1)
	go func() { started <- m.Start(context.Background()) }()
	eventually(t, "echo is ready", func() bool { return m.Status()[1].State == Ready })
	waiting := m.later("slow", "hello", 0)
	eventually(t, "the call waits", func() bool { return m.Status()[0].WaitingCalls == 1 })
	if err := m.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	faultOf(t, <-started, fault.Unavailable, "was shut down while it started")
	faultOf(t, <-waiting, fault.Unavailable, "")
}

func TestAStartWhoseContextEndsLeavesNothing(t *testing.T) {
	m := managerOf(t, pluginSpec("slow", "never-ready"), pluginSpec("echo", "plugin"))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	faultOf(t, m.Start(ctx), fault.DeadlineExceeded, "the start of the plugins took longer")
	for _, status := range m.Status() {
		if status.State != Stopped {
			t.Errorf("%s is %s", status.Name, status.State)
		}
	}
}

func TestAShutdownRightAfterTheStartBegan(t *testing.T) {
	for range 5 {
		m := managerOf(t, pluginSpec("echo", "never-ready"))
		started := make(chan error, 1)
		go func() { started <- m.Start(context.Background()) }()
		eventually(t, "it began", func() bool { return !m.isIn(idle) })
		if err := m.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		faultOf(t, <-started, fault.Unavailable, "was shut down while it started")
		if state := m.Status()[0].State; state != Stopped {
			t.Errorf("it is %s", state)
		}
	}
}

func TestAShutdownDuringABackoffDoesNotWaitForIt(t *testing.T) {
	bad := pluginSpec("bad", "exits-at-once")
	bad.Optional, bad.RestartBackoffMax = true, 10*time.Minute
	m := startedManager(t, bad)
	if state := m.Status()[0].State; state != Backoff {
		t.Errorf("it is %s", state)
	}
	waiting := m.later("bad", "hello", 0)
	eventually(t, "the call waits", func() bool { return m.Status()[0].WaitingCalls == 1 })
	if err := m.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if failure := faultOf(t, <-waiting, fault.Unavailable, ""); !failure.RetrySafe {
		t.Error("it may be retried")
	}
}

func TestCallsThatComeWhileAPluginRestartsWaitForIt(t *testing.T) {
	spec := pluginSpec("echo", "plugin")
	spec.RestartBackoffMax = time.Second
	m := startedManager(t, spec)
	_, err := m.send("echo", "crash", 0)
	faultOf(t, err, fault.Unavailable, "exited with code 7; its last words: panic: told to crash")
	eventually(t, "it is out of the way", func() bool { return m.Status()[0].State == Backoff })
	patient := m.later("echo", "hello", 0)
	hasty := m.later("echo", "hello", 10*time.Millisecond)
	ctx, cancel := context.WithCancel(t.Context())
	cancelled := make(chan error, 1)
	go func() {
		_, err := m.Call(ctx, "echo", nil)
		cancelled <- err
	}()
	eventually(t, "both wait", func() bool { return m.Status()[0].WaitingCalls >= 2 })
	cancel()
	faultOf(t, <-hasty, fault.DeadlineExceeded, `plugin "echo" will be started again in`)
	faultOf(t, <-cancelled, fault.Cancelled, "cancelled before it was sent")
	if err := <-patient; err != nil {
		t.Error(err)
	}
	if restarts := m.Status()[0].Restarts; restarts != 1 {
		t.Errorf("%d restarts", restarts)
	}
}

func TestOpenCallsFinishBeforeAShutdownAndNewOnesAreRefused(t *testing.T) {
	m := startedManager(t, pluginSpec("echo", "plugin"))
	open := m.later("echo", "sleep 500", 0)
	eventually(t, "it is at work", func() bool { return m.Status()[0].OpenCalls == 1 })
	down := make(chan error, 1)
	go func() { down <- m.Shutdown(context.Background()) }()
	eventually(t, "it shuts down", func() bool { return m.Status()[0].State == Draining })
	_, err := m.send("echo", "hello", 0)
	faultOf(t, err, fault.Unavailable, "is shutting down")
	if err := errors.Join(<-open, <-down); err != nil {
		t.Error(err)
	}
}

func TestCallsSettleThoughThePluginNeverAnswersAndTheShutdownIsBounded(t *testing.T) {
	for _, role := range []string{"plugin", "v1"} {
		spec := pluginSpec("echo", role)
		spec.ShutdownTimeout = 300 * time.Millisecond
		m := startedManager(t, spec)
		_, err := m.send("echo", "hang", 50*time.Millisecond)
		faultOf(t, err, fault.DeadlineExceeded, "")
		open := m.later("echo", "hang", 0)
		time.Sleep(50 * time.Millisecond)
		if err := m.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		faultOf(t, <-open, fault.Unavailable, `plugin "echo" (was shut|is shutting) down`)
	}
}

func TestAShutdownWhoseContextEndsKills(t *testing.T) {
	spec := pluginSpec("echo", "plugin")
	spec.ShutdownTimeout = 10 * time.Minute
	m := startedManager(t, spec)
	pid := m.Status()[0].PID
	open := m.later("echo", "hang", 0)
	eventually(t, "it is at work", func() bool { return m.Status()[0].OpenCalls == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	faultOf(t, m.Shutdown(ctx), fault.DeadlineExceeded, "the shutdown took longer")
	faultOf(t, <-open, fault.Unavailable, "was shut down")
	if isRunning(pid) || m.Status()[0].State != Stopped {
		t.Error("it is not stopped")
	}
}

func TestRestartReplacesARunningPluginAndAShutdownHasTheLastWord(t *testing.T) {
	m := startedManager(t, pluginSpec("echo", "plugin"))
	pid := m.Status()[0].PID
	restarted := make(chan error, 1)
	go func() { restarted <- m.Restart(context.Background(), "echo") }()
	m.echoes("echo", "hello")
	if err := <-restarted; err != nil || m.Status()[0].PID == pid || isRunning(pid) {
		t.Error(err, m.Status())
	}
	m.echoes("echo", "hello")
	open := m.later("echo", "sleep 300", 0)
	eventually(t, "it is at work", func() bool { return m.Status()[0].OpenCalls == 1 })
	go func() { restarted <- m.Restart(context.Background(), "echo") }()
	eventually(t, "it restarts", func() bool { return m.Status()[0].State == Draining })
	if err := errors.Join(m.Shutdown(t.Context()), <-open); err != nil {
		t.Error(err)
	}
	faultOf(t, <-restarted, fault.Unavailable, "")
	faultOf(t, m.Restart(t.Context(), "echo"), fault.Unavailable, "the manager is not running")
	if state := m.Status()[0].State; state != Stopped {
		t.Errorf("it is %s", state)
	}
}

func TestAManagerIsMadeFromAFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "pluginart.toml")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`version = 1
[defaults]
startup_timeout = "20s"
[[plugins]]
name = "echo"
path = %q
contract_hash = %q
env = { CONTRACT_HASH = %q, TEST_ROLE = "plugin" }
[[plugins]]
name = "gone"
path = "./gone"
contract_hash = %q
optional = true
`, self, contractHash, contractHash, contractHash)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for how, made := range map[string]func() (*Manager, error){
		"the file": func() (*Manager, error) { return NewManagerFromConfig(file) },
		"its text": func() (*Manager, error) { return NewManagerFromTOML(text, folder) },
	} {
		m, err := made()
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if answer, err := m.Call(t.Context(), "echo", []byte("hello")); err != nil || string(answer) != "hello" {
			t.Errorf("from %s: %q, %v", how, answer, err)
		}
		gone := m.Status()[1]
		if want := fmt.Sprintf("plugin %q: %s does not exist", "gone", filepath.Join(folder, "gone")); gone.State != Backoff || gone.Err.Message != want {
			t.Errorf("from %s: %s: %v", how, gone.State, gone.Err)
		}
		if err := m.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if err := os.WriteFile(file, []byte("version = 1\n[[plugins]]\nname = \"echo\"\npth = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = NewManagerFromConfig(file)
	faultOf(t, err, fault.ConfigInvalid, `pluginart\.toml:4:\d+: .*"pth".*"path"`)
}
