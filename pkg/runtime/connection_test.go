package runtime

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/session"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

func TestAPluginThatSaysGOAWAYFinishesWhatIsOpenAndIsStartedAnew(t *testing.T) {
	t.Parallel()
	m := startedManager(t, pluginSpec("echo", "plugin"))
	pid := m.Status()[0].PID
	open := m.later("echo", "sleep 500", 0)
	eventually(t, "it is at work", func() bool { return m.Status()[0].OpenCalls == 1 })
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it takes no new calls", func() bool { return m.Status()[0].State != Ready })
	waiting := m.later("echo", "hello", 0)
	if err := <-open; err != nil {
		t.Error(err)
	}
	if err := <-waiting; err != nil {
		t.Error(err)
	}
	status := m.Status()[0]
	if status.PID == pid || status.Err == nil || !strings.Contains(status.Err.Message, "said that it takes no more calls") {
		t.Errorf("%+v", status)
	}
}

func TestSilenceWithCallsOpenIsToldFirstAndEndsInARestart(t *testing.T) {
	spec := pluginSpec("echo", "plugin")
	spec.HealthInterval, spec.UnresponsiveTimeout = time.Second, 3*time.Second
	m := startedManager(t, spec)
	pid := m.Status()[0].PID
	open := m.later("echo", "hang", 0)
	eventually(t, "it is at work", func() bool { return m.Status()[0].OpenCalls == 1 })
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	failure := faultOf(t, <-open, fault.Unavailable, `gave no sign of life .*unresponsive_timeout.*; it was killed by SIGKILL`)
	if failure.Evidence.Signal != "SIGKILL" || isRunning(pid) {
		t.Errorf("evidence %+v", failure.Evidence)
	}
	if events := eventsOf[UnresponsiveEvent](m); len(events) != 1 || events[0].OpenCalls != 1 {
		t.Errorf("events %+v", events)
	}
	m.echoes("echo", "hello")
	if restarts := m.Status()[0].Restarts; restarts != 1 {
		t.Errorf("%d restarts", restarts)
	}
}

func TestHonestWorkLongerThanThePingsIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"plugin", "v1"} {
		spec := pluginSpec("echo", role)
		spec.HealthInterval = 500 * time.Millisecond
		m := startedManager(t, spec)
		pid := m.Status()[0].PID
		m.echoes("echo", "sleep 2500")
		if status := m.Status()[0]; status.PID != pid || status.Restarts != 0 {
			t.Errorf("%+v", status)
		}
	}
}

func TestSilenceWithoutCallsEndsInARestartAfterTwoPings(t *testing.T) {
	for _, role := range []string{"plugin", "v1"} {
		spec := pluginSpec("echo", role)
		spec.HealthInterval = 500 * time.Millisecond
		m := startedManager(t, spec)
		pid := m.Status()[0].PID
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it is restarted", func() bool { return m.Status()[0].Restarts == 1 && m.Status()[0].State == Ready })
		if isRunning(pid) {
			t.Error("it runs still")
		}
		if err := m.Status()[0].Err; err == nil || !strings.Contains(err.Message, "did not answer") {
			t.Error(err)
		}
	}
}

func TestAVersion1CallThatWasGivenUpOnCostsTheConnectionAlone(t *testing.T) {
	t.Parallel()
	m := startedManager(t, pluginSpec("echo", "v1"))
	pid := m.Status()[0].PID
	_, err := m.send("echo", "hang", 50*time.Millisecond)
	faultOf(t, err, fault.DeadlineExceeded, "")
	m.echoes("echo", "hello")
	if status := m.Status()[0]; status.PID != pid || status.Restarts != 0 {
		t.Errorf("%+v", status)
	}
}

func TestOfAProcessThatDiesTheNextOneGetsWhatWasNotWrittenAndNothingElse(t *testing.T) {
	for _, role := range []string{"plugin", "v1"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			m := startedManager(t, pluginSpec("echo", role))
			pid := m.Status()[0].PID
			if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			written := m.later("echo", "hang", 0)
			time.Sleep(100 * time.Millisecond)
			// More than the socket and what may wait in it take.
			var long []<-chan error
			for range 8 {
				long = append(long, m.later("echo", strings.Repeat("x", 4_000_000), 0))
			}
			time.Sleep(100 * time.Millisecond)
			unwritten := m.later("echo", "hello", 0)
			time.Sleep(100 * time.Millisecond)
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			failure := faultOf(t, <-written, fault.Unavailable, `was killed by SIGKILL.* \(the call may have run\)$`)
			if failure.RetrySafe || session.WasNeverSent(failure) {
				t.Errorf("%+v", failure)
			}
			if err := <-unwritten; err != nil {
				t.Error(err)
			}
			if status := m.Status()[0]; status.Restarts != 1 {
				t.Errorf("%+v", status)
			}
			for _, call := range long {
				<-call
			}
		})
	}
}

func TestMinProtocol2RefusesVersion1(t *testing.T) {
	spec := pluginSpec("echo", "v1")
	spec.MinProtocol = 2
	faultOf(t, managerOf(t, spec).Start(t.Context()), fault.ProtocolViolation,
		"speaks protocol version 1 only, and version 2 is demanded of it")
}

func TestNoMoreThanSoManyCallsWaitForAPlugin(t *testing.T) {
	const limit = 1_000
	spec := pluginSpec("echo", "plugin")
	spec.RestartBackoffMax = 10 * time.Minute
	m := startedManager(t, spec)
	_, err := m.send("echo", "crash", 0)
	faultOf(t, err, fault.Unavailable, "")
	eventually(t, "it is down", func() bool { return m.Status()[0].State == Backoff })
	var outcomes []<-chan error
	for range limit {
		outcomes = append(outcomes, m.later("echo", "hello", time.Minute))
	}
	eventually(t, "all wait", func() bool { return m.Status()[0].WaitingCalls == limit })
	_, err = m.send("echo", "hello", 0)
	faultOf(t, err, fault.ResourceExhausted, "1000 calls wait already")
	if err := m.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	for _, outcome := range outcomes {
		faultOf(t, <-outcome, fault.Unavailable, "")
	}
}

// serveAt runs a plugin as somebody else's service.
func serveAt(t *testing.T, port int, token string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	service := exec.Command(self)
	service.Env = append(os.Environ(), roleVariable+"=plugin", "CONTRACT_HASH="+contractHash, "PLUGIN_ADDR="+address)
	if token != "" {
		service.Env = append(service.Env, "PLUGIN_TOKEN="+token, "PLUGIN_TOKEN_FOR="+address)
	}
	stdout, err := service.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Process.Kill() })
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if lines.Text() == "READY" {
			return service
		}
	}
	t.Fatal("the service did not get ready")
	return nil
}

func end(service *exec.Cmd, signal syscall.Signal) {
	_ = service.Process.Signal(signal)
	_ = service.Wait()
}

// unusedPort is one where nobody listens, below those that the system gives to whoever asks for any.
func unusedPort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 20_000 + rand.IntN(12_000)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			listener.Close()
			return port
		}
	}
	t.Fatal("a hundred ports are all in use")
	return 0
}

func remoteSpec(port int, token string) supervise.Spec {
	secret, _ := hex.DecodeString(token)
	spec := pluginSpec("far", "plugin")
	spec.MaxRestarts = 1
	remote := &launch.Remote{Host: "127.0.0.1", Port: port, DialTimeout: 5 * time.Second}
	if token != "" {
		remote.Token = secret
	}
	spec.Launch = remote
	return spec
}

func TestARemotePluginThatGoesAndComesBackIsConnectedToAgain(t *testing.T) {
	t.Parallel()
	port := unusedPort(t)
	service := serveAt(t, port, "")
	m := startedManager(t, remoteSpec(port, ""))
	open := m.later("far", "hang", 0)
	eventually(t, "the call is open", func() bool { return m.Status()[0].OpenCalls == 1 })
	end(service, syscall.SIGKILL)
	faultOf(t, <-open, fault.Unavailable, `plugin "far" lost its connection`)
	eventually(t, "it failed a few times", func() bool { return m.Status()[0].Failures >= 4 })
	faultOf(t, m.Status()[0].Err, fault.Unavailable, `^plugin "far": cannot connect to 127\.0\.0\.1:\d+: nobody listens`)
	waiting := m.later("far", "hello", 0)
	service = serveAt(t, port, "")
	if err := <-waiting; err != nil {
		t.Error(err)
	}
	// An orderly end is GOAWAY.
	end(service, syscall.SIGTERM)
	service = serveAt(t, port, "")
	m.echoes("far", "hello again")
	if err := m.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if !isRunning(service.Process.Pid) {
		t.Error("the host ended what was not its own")
	}
	end(service, syscall.SIGTERM)
}

func TestARemotePluginThatIsNotThereFailsTheStartOrIsWaitedFor(t *testing.T) {
	port := unusedPort(t)
	spec := remoteSpec(port, "")
	faultOf(t, managerOf(t, spec).Start(t.Context()), fault.Unavailable,
		fmt.Sprintf(`^plugin "far": cannot connect to 127\.0\.0\.1:%d: nobody listens there \(ECONNREFUSED\)$`, port))
	spec.Optional = true
	m := startedManager(t, spec)
	waiting := m.later("far", "hello", 0)
	service := serveAt(t, port, "")
	if err := <-waiting; err != nil {
		t.Error(err)
	}
	if err := m.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	end(service, syscall.SIGTERM)
}

func TestASharedSecretIsProvedByBothSides(t *testing.T) {
	token := strings.Repeat("0123456789abcdef", 4)
	port := unusedPort(t)
	service := serveAt(t, port, token)
	startedManager(t, remoteSpec(port, token)).echoes("far", "hello")
	for _, other := range []string{"", strings.Replace(token, "0", "1", 1)} {
		faultOf(t, managerOf(t, remoteSpec(port, other)).Start(t.Context()), fault.Unauthenticated, "")
	}
	end(service, syscall.SIGTERM)
}
