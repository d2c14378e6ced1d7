package runtime

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

func TestSIGKILLWithManyCallsInFlight(t *testing.T) {
	const kills, calls = 20, 64
	spec := pluginSpec("echo", "plugin")
	spec.MaxRestarts, spec.RestartBackoffMax = kills, time.Millisecond
	m := startedManager(t, spec)
	var descriptors []int
	for kill := range kills {
		// Waits for the restart, and shows that the new process serves.
		m.echoes("echo", fmt.Sprintf("print stderr life %d", kill))
		descriptors = append(descriptors, openDescriptors(t))
		var outcomes []<-chan error
		for range calls {
			outcomes = append(outcomes, m.later("echo", "hang", 0))
		}
		eventually(t, "all are with the plugin", func() bool {
			count, err := m.send("echo", "hanging", 0)
			return err == nil && count == strconv.Itoa(calls)
		})
		pid := m.Status()[0].PID
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for _, outcome := range outcomes {
			failure := faultOf(t, <-outcome, fault.Unavailable, `plugin "echo" was killed by SIGKILL`)
			if failure.Origin != fault.Process || failure.RetrySafe || failure.Evidence.Signal != "SIGKILL" ||
				!slices.Equal(failure.Evidence.Stderr, []string{fmt.Sprint("life ", kill)}) {
				t.Fatalf("%+v with %+v", failure, failure.Evidence)
			}
		}
		if isRunning(pid) {
			t.Fatal("it runs still")
		}
	}
	m.echoes("echo", "hello")
	if restarts := m.Status()[0].Restarts; restarts != kills {
		t.Errorf("%d restarts", restarts)
	}
	if now := openDescriptors(t); now > descriptors[0]+2 {
		t.Errorf("%d descriptors are open, %d were: %v", now, descriptors[0], descriptors)
	}
}

func TestACrashTakesTheChildrenOfThePluginWithIt(t *testing.T) {
	m := startedManager(t, pluginSpec("echo", "plugin"))
	answer, err := m.send("echo", "grandchild", 0)
	if err != nil {
		t.Fatal(err)
	}
	grandchild, err := strconv.Atoi(answer)
	if err != nil || !isRunning(grandchild) {
		t.Fatal(err, answer)
	}
	_, err = m.send("echo", "crash", 0)
	failure := faultOf(t, err, fault.Unavailable, "")
	if failure.Evidence.ExitCode != 7 || !slices.Equal(failure.Evidence.Stderr, []string{"panic: told to crash"}) {
		t.Errorf("evidence %+v", failure.Evidence)
	}
	eventually(t, "the grandchild is gone", func() bool { return !isRunning(grandchild) })
}

func TestAPluginThatCrashesAgainAndAgainIsGivenUpAndSaysWhy(t *testing.T) {
	spec := pluginSpec("echo", "plugin")
	spec.MaxRestarts, spec.RestartBackoffMax = 2, time.Millisecond
	m := startedManager(t, spec)
	for range 3 {
		if _, err := m.send("echo", "crash", 0); err == nil {
			t.Fatal("it answered")
		}
	}
	eventually(t, "it is given up", func() bool { return m.Status()[0].State == Failed })
	_, err := m.send("echo", "hello", 0)
	faultOf(t, err, fault.Unavailable, "is not running, 3 failures in a row: plugin \"echo\" exited with code 7; its last words")
	eventually(t, "all is told", func() bool {
		events := eventsOf[StateEvent](m)
		return len(events) > 0 && events[len(events)-1].To == Failed
	})
	var states []string
	for _, event := range eventsOf[StateEvent](m) {
		states = append(states, fmt.Sprintf("%s>%s", event.From, event.To))
	}
	life := "starting>ready ready>draining draining>backoff backoff>starting "
	want := "stopped>starting " + life + life + "starting>ready ready>draining draining>failed"
	if got := strings.Join(states, " "); got != want {
		t.Errorf("states %s", got)
	}
	if err := m.Restart(t.Context(), "echo"); err != nil {
		t.Error(err)
	}
	m.echoes("echo", "hello")
}

func TestAFloodWithoutANewlineBlocksNobodyAndFillsNothing(t *testing.T) {
	const megabytes = 100
	for _, stream := range []string{"stdout", "stderr"} {
		var mutex sync.Mutex
		seen, longest := 0, 0
		before := memory()
		m := managerOf(t, with(pluginSpec("before", "plugin"), map[string]string{"FLOOD": stream + " 100"}), pluginSpec("after", "plugin"))
		m.onLog = func(record LogRecord) {
			mutex.Lock()
			defer mutex.Unlock()
			seen += len(record.Message)
			longest = max(longest, len(record.Message))
		}
		if err := m.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		flood := m.later("after", fmt.Sprintf("flood %s %d", stream, megabytes), 3*patience)
		// The plugin keeps answering meanwhile.
		m.echoes("after", "hello")
		if err := <-flood; err != nil {
			t.Fatal(err)
		}
		if err := m.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		mutex.Lock()
		if seen != 2*megabytes<<20 || longest > 65_536 {
			t.Errorf("%s: %d bytes in pieces of at most %d", stream, seen, longest)
		}
		mutex.Unlock()
		if grown := memory() - before; grown > 64<<20 {
			t.Errorf("the host grew by %d bytes", grown)
		}
	}
}

// memory is what this process has got from the system, in bytes.
func memory() int64 {
	var statistics runtime.MemStats
	runtime.ReadMemStats(&statistics)
	return int64(statistics.HeapSys + statistics.StackSys)
}

func TestAnExecutableThatOnceSpokeVersion2IsNotAcceptedAsVersion1(t *testing.T) {
	spec := with(pluginSpec("echo", "changes-version"), map[string]string{"MARK": filepath.Join(t.TempDir(), "mark")})
	spec.MaxRestarts = 1
	m := startedManager(t, spec)
	if protocol := m.Status()[0].Protocol; protocol != 2 {
		t.Errorf("it speaks version %d", protocol)
	}
	_, err := m.send("echo", "crash", 0)
	faultOf(t, err, fault.Unavailable, "")
	_, err = m.send("echo", "hello", 0)
	faultOf(t, err, fault.Unavailable, "It spoke version 2 before")
}
