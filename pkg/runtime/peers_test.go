package runtime

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// peerSpec is one of conformance/peers, written without any of our runtimes, as a plugin.
func peerSpec(t *testing.T, name string, arguments ...string) supervise.Spec {
	t.Helper()
	spec := typescriptSpec(t)
	script, err := filepath.Abs(filepath.Join("../../conformance/peers", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Fatal(err)
	}
	spec.Name = "peer"
	binary := spec.Launch.(*launch.Binary)
	binary.Args = append([]string{script, "--contract", contractHash}, arguments...)
	return spec
}

func TestAVersion1PeerThatIsBusyForLongerThanAPingMayTakeIsNotRestarted(t *testing.T) {
	t.Parallel()
	for _, transport := range []launch.Transport{launch.Unix, launch.TCP} {
		spec := peerSpec(t, "v1-plugin.ts")
		spec.HealthInterval = 500 * time.Millisecond
		spec.Launch.(*launch.Binary).Transport = transport
		m := startedManager(t, spec)
		pid := m.Status()[0].PID
		m.echoes("peer", "sleep:3000")
		if status := m.Status()[0]; status.PID != pid || status.Restarts != 0 || status.State != Ready || status.Protocol != 1 {
			t.Errorf("%+v", status)
		}
	}
}

func TestACallToAVersion1PeerThatIsGivenUpOnDoesNotGiveItsAnswerToTheNext(t *testing.T) {
	m := startedManager(t, peerSpec(t, "v1-plugin.ts"))
	pid := m.Status()[0].PID
	_, err := m.send("peer", "sleep:1500", 100*time.Millisecond)
	faultOf(t, err, fault.DeadlineExceeded, "")
	for _, outcome := range []<-chan error{m.later("peer", "x", 0), m.later("peer", "y", 0)} {
		if err := <-outcome; err != nil {
			t.Error(err)
		}
	}
	if m.Status()[0].PID != pid {
		t.Error("it was restarted")
	}
}

func TestAVersion1PeerThatExitsDuringACallIsStartedAnew(t *testing.T) {
	m := startedManager(t, peerSpec(t, "v1-plugin.ts"))
	_, err := m.send("peer", "exit:3", 0)
	if failure := faultOf(t, err, fault.Unavailable, ""); failure.Evidence == nil || failure.Evidence.ExitCode != 3 {
		t.Errorf("%+v", failure.Evidence)
	}
	m.echoes("peer", "back")
}

// What breaks the connection costs that and the calls on it, not the plugin's process.
func TestAPeerThatBreaksTheProtocolIsConnectedToAgain(t *testing.T) {
	t.Parallel()
	m := startedManager(t, peerSpec(t, "v1-plugin.ts"))
	for _, command := range []string{"garbage", "unknown-type", "close"} {
		if answer, err := m.send("peer", command, 0); err == nil {
			t.Errorf("%s is answered by %q", command, answer)
		}
		m.echoes("peer", "still here")
	}
}

func TestAVersion2PeerProvesItselfWithTheTokenItWasGiven(t *testing.T) {
	spec := peerSpec(t, "v2-plugin.ts")
	spec.MinProtocol = 2
	startedManager(t, spec).echoes("peer", "hello")
}

func TestTheStartOfAVersion2PeerThatLiesFailsAndSaysWhy(t *testing.T) {
	t.Parallel()
	for lie, code := range map[string]fault.Code{
		"wrong-proof": fault.Unauthenticated, "reflected-proof": fault.Unauthenticated,
		"version-3": fault.ProtocolViolation, "refuse": fault.ContractMismatch,
	} {
		faultOf(t, managerOf(t, peerSpec(t, "v2-plugin.ts", "--accept", lie)).Start(t.Context()), code, "")
	}
}

// V2-T6.
func TestARemotePeerThatShouldKnowASecretIsNotTalkedToInVersion1(t *testing.T) {
	service := peerSpec(t, "v1-plugin.ts")
	service.Launch.(*launch.Binary).Transport = launch.TCP
	host, port := splitAddress(t, startedManager(t, service).Status()[0].Address)
	remote := func(token []byte) supervise.Spec {
		spec := pluginSpec("far", "plugin")
		spec.Launch = &launch.Remote{Host: host, Port: port, DialTimeout: 5 * time.Second, Token: token}
		return spec
	}
	faultOf(t, managerOf(t, remote(bytes.Repeat([]byte{0xab}, 32))).Start(t.Context()), fault.ProtocolViolation, "version 1")
	startedManager(t, remote(nil)).echoes("far", "hello")
}
