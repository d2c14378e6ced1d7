package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

const patience = 20 * time.Second

// pluginSpec is a plugin as the config would have it, with patience for a busy machine and quick restarts. role is one of
// TestMain's, or the name of an executable in launch/testdata.
func pluginSpec(name, role string) supervise.Spec {
	path, _ := filepath.Abs(filepath.Join("../internal/launch/testdata", role))
	env := map[string]string{"CONTRACT_HASH": contractHash}
	if _, err := os.Stat(path); err != nil {
		path, _ = os.Executable()
		env[roleVariable] = role
	}
	return supervise.Spec{
		Name: name, Launch: &launch.Binary{Path: path, Dir: os.TempDir(), Env: env, Transport: launch.Unix},
		ContractHash: contractHash, StartupTimeout: patience, ShutdownTimeout: 10 * time.Second,
		HealthInterval: 2 * time.Second, MaxRestarts: 5, RestartBackoffMax: 20 * time.Millisecond,
		StableAfter: 10 * time.Second, UnresponsiveTimeout: 30 * time.Second, CallTimeout: 30 * time.Second,
		MaxMessageBytes: 4 << 20, MinProtocol: 1,
	}
}

// with adds variables to a plugin's environment.
func with(spec supervise.Spec, variables map[string]string) supervise.Spec {
	binary := *spec.Launch.(*launch.Binary)
	binary.Env = maps.Clone(binary.Env)
	maps.Copy(binary.Env, variables)
	spec.Launch = &binary
	return spec
}

// watched is a manager with what it told.
type watched struct {
	*Manager
	t      *testing.T
	mutex  sync.Mutex
	events []Event
	// onLog gets the log in place of events.
	onLog func(LogRecord)
}

// managerOf is a manager that is shut down after the test, however that ends.
func managerOf(t *testing.T, specs ...supervise.Spec) *watched {
	t.Helper()
	w := &watched{t: t}
	w.Manager = newManager(specs, options{logger: slog.New(slog.NewTextHandler(io.Discard, nil)), onEvent: func(event Event) {
		if record, isLog := event.(LogRecord); isLog && w.onLog != nil {
			w.onLog(record)
			return
		}
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.events = append(w.events, event)
	}})
	t.Cleanup(func() {
		if err := w.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// startedManager is one whose plugins have been started.
func startedManager(t *testing.T, specs ...supervise.Spec) *watched {
	t.Helper()
	w := managerOf(t, specs...)
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// eventsOf are the events of one type so far.
func eventsOf[Kind Event](w *watched) []Kind {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var found []Kind
	for _, event := range w.events {
		if event, ok := event.(Kind); ok {
			found = append(found, event)
		}
	}
	return found
}

// send calls a plugin with a command; limit 0 = a patient one.
func (w *watched) send(plugin, command string, limit time.Duration) (string, error) {
	if limit == 0 {
		limit = patience
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	answer, err := w.Call(ctx, plugin, []byte(command))
	return string(answer), err
}

// echoes fails the test unless the plugin answers.
func (w *watched) echoes(plugin, text string) {
	w.t.Helper()
	if answer, err := w.send(plugin, text, 0); err != nil || answer != text {
		w.t.Fatalf("%s answers %q, %v", plugin, answer, err)
	}
}

// later makes a call and returns its outcome as a channel.
func (w *watched) later(plugin, command string, limit time.Duration) <-chan error {
	result := make(chan error, 1)
	go func() {
		answer, err := w.send(plugin, command, limit)
		if err == nil && answer != command {
			err = fmt.Errorf("got %q for %q", answer, command)
		}
		result <- err
	}()
	return result
}

// faultOf is the error as ours, with this code and a message that matches.
func faultOf(t *testing.T, err error, code fault.Code, pattern string) *fault.Error {
	t.Helper()
	known, ok := errors.AsType[*fault.Error](err)
	if !ok || known.Code != code || !regexp.MustCompile("(?s)"+pattern).MatchString(known.Message) {
		t.Fatalf("got %v: %v; want %v: %s", fault.CodeOf(err), err, code, pattern)
	}
	return known
}

// eventually waits for something that has to happen, with patience for a busy machine.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	limit := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(limit) {
			t.Fatalf("did not happen within %v: %s", patience, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// isRunning reports whether a process runs; one that is dead and not yet waited for does not.
func isRunning(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return !os.IsNotExist(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}

func openDescriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// splitAddress reads host:port.
func splitAddress(t *testing.T, address string) (host string, port int) {
	t.Helper()
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Addr().String(), int(parsed.Port())
}
