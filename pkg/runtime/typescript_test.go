package runtime

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// typescriptSpec is a plugin on the TypeScript runtime.
func typescriptSpec(t *testing.T) supervise.Spec {
	t.Helper()
	node, err := filepath.Abs("../../node_modules/.bin/node")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(node); err != nil {
		t.Skip("SKIPPED: the TypeScript peers need Node.js in node_modules: run npm ci")
	}
	plugin, err := filepath.Abs("testdata/typescript-plugin.mjs")
	if err != nil {
		t.Fatal(err)
	}
	spec := pluginSpec("ts", "plugin")
	binary := *spec.Launch.(*launch.Binary)
	binary.Path, binary.Args = node, []string{"--disable-warning=ExperimentalWarning", plugin}
	spec.Launch = &binary
	// Its handlers do not stop when they are told to.
	spec.ShutdownTimeout = 500 * time.Millisecond
	return spec
}

func TestATypeScriptPluginIsStartedCalledAndStopped(t *testing.T) {
	t.Parallel()
	for _, transport := range []launch.Transport{launch.Unix, launch.TCP} {
		spec := typescriptSpec(t)
		spec.Launch.(*launch.Binary).Transport = transport
		m := startedManager(t, spec)
		if status := m.Status()[0]; status.Protocol != 2 || !strings.HasPrefix(status.Runtime, "pluginart-ts/") {
			t.Errorf("%+v", status)
		}
		m.echoes("ts", "hello")
		m.echoes("ts", strings.Repeat("long", 500_000))
		_, err := m.send("ts", "hang", 50*time.Millisecond)
		faultOf(t, err, fault.DeadlineExceeded, "")
		m.echoes("ts", "after")
	}
}

func TestATypeScriptPluginThatCrashesOrIsStoppedIsStartedAnew(t *testing.T) {
	t.Parallel()
	m := startedManager(t, typescriptSpec(t))
	_, err := m.send("ts", "crash", 0)
	faultOf(t, err, fault.Unavailable, `^plugin "ts" exited with code 7; its last words: told to crash \(the call may have run\)$`)
	m.echoes("ts", "hello")
	if err := syscall.Kill(m.Status()[0].PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is started again", func() bool { return m.Status()[0].Restarts == 2 })
	m.echoes("ts", "hello")
	failing := typescriptSpec(t)
	failing.ContractHash = "sha256:" + strings.Repeat("6", 64)
	faultOf(t, managerOf(t, failing).Start(t.Context()), fault.ContractMismatch, failing.ContractHash+".*"+contractHash)
}
