package protocol_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/vectors"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// node finds Node.js and the built TypeScript runtime, or skips the test for all to see.
func node(t *testing.T) (program, root string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(root, "node_modules/.bin/node")
	if _, err := os.Stat(program); err != nil {
		if program, err = exec.LookPath("node"); err != nil {
			t.Skip("SKIPPED: no Node.js here, so Go was NOT tested against TypeScript")
		}
	}
	if _, err := os.Stat(filepath.Join(root, "runtimes/typescript/dist/index.js")); err != nil {
		t.Skip("SKIPPED: the TypeScript runtime is not built (npm run build), so Go was NOT tested against it")
	}
	return program, root
}

func TestGoClientAndTypeScriptPlugin(t *testing.T) {
	program, _ := node(t)
	for version, options := range map[int][]protocol.ConnectOption{1: {protocol.WithOnlyVersion1()}, 2: nil} {
		t.Run(fmt.Sprintf("version %d", version), func(t *testing.T) {
			plugin := startPlugin(t, nil, program, "testdata/upper-plugin.mjs", contractHash)
			client := connect(t, plugin.dial(t), options...)
			if client.Protocol() != version {
				t.Fatalf("protocol %d", client.Protocol())
			}
			var callers sync.WaitGroup
			for caller := range 64 {
				callers.Go(func() {
					text := fmt.Sprintf("caller %d", caller)
					answer, err := client.Call(soon(t), []byte(text))
					if err != nil || string(answer) != strings.ToUpper(text) {
						t.Errorf("%q, %v", answer, err)
					}
				})
			}
			callers.Wait()
			answer, err := client.Call(soon(t), bytes.Repeat([]byte("a"), 4_000_000))
			if err != nil || !bytes.Equal(answer, bytes.Repeat([]byte("A"), 4_000_000)) {
				t.Errorf("a long call: %d bytes, %v", len(answer), err)
			}
			if _, err := client.Call(soon(t), []byte("fail")); !errors.Is(err, fault.Code(42)) {
				t.Errorf("a failure: %v", err)
			}
			if _, err := client.Ping(soon(t)); err != nil {
				t.Error(err)
			}
			if err := client.Shutdown(soon(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestGoClientAndTheExamplePlugin calls a generated service with a request that another implementation encoded.
func TestGoClientAndTheExamplePlugin(t *testing.T) {
	program, root := node(t)
	script := filepath.Join(root, "examples/plugin-ts/dist/plugin.js")
	if _, err := os.Stat(script); err != nil {
		t.Skip("SKIPPED: examples/plugin-ts is not built, so Go was NOT tested against it")
	}
	captures := vectors.Load[struct {
		Frames []struct {
			Type  byte
			Frame vectors.Bytes
		}
	}](t, "v1-captures.json")
	token := bytes.Repeat([]byte{5}, 32)
	plugin := startPlugin(t, token, program, script)
	const exampleHash = "sha256:bbae0bbb0e92f8407a3a25443261c4249e9b56b268df675557eab6bfa4896ff5"
	client, err := protocol.Connect(plugin.dial(t), "echo", exampleHash, protocol.WithToken(token))
	if errors.Is(err, fault.ContractMismatch) {
		t.Fatalf("the example's schema has changed: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, capture := range captures.Frames {
		if capture.Type != 3 {
			continue
		}
		answer, err := client.Call(soon(t), capture.Frame[9:])
		if err != nil {
			t.Fatal(err)
		}
		if len(answer) == 0 {
			t.Error("an empty answer")
		}
		return
	}
	t.Error("no capture of a call")
}

func TestTypeScriptClientAndGoPlugin(t *testing.T) {
	program, _ := node(t)
	for _, version := range []string{"1", "2"} {
		t.Run("version "+version, func(t *testing.T) {
			plugin := startPlugin(t, nil, os.Args[0])
			said, err := exec.Command(program, "testdata/call.mjs", plugin.socket, contractHash, version).CombinedOutput()
			if err != nil || !strings.Contains(string(said), "all is well") {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}

func TestTypeScriptManagerAndGoPlugin(t *testing.T) {
	program, _ := node(t)
	config := filepath.Join(t.TempDir(), "pluginart.toml")
	content := fmt.Sprintf(
		"version = 1\n[[plugins]]\nname = \"upper\"\npath = %q\ncontract_hash = %q\nmin_protocol = 2\n", os.Args[0], contractHash)
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	host := exec.Command(program, "testdata/manage.mjs", config)
	host.Env = append(os.Environ(), "PLUGINART_TEST_PLUGIN=1")
	said, err := host.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "all is well") {
		t.Errorf("%v: %s", err, said)
	}
}
