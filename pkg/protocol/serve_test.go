package protocol_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// runAsPlugin is what this program does as a plugin.
func runAsPlugin() {
	handler := protocol.HandlerFunc(func(ctx context.Context, payload []byte) ([]byte, error) {
		switch string(payload) {
		case "secrets":
			return []byte(os.Getenv("PLUGIN_TOKEN") + os.Getenv("PLUGIN_TOKEN_FOR") + os.Getenv("PLUGIN_LIFELINE")), nil
		case "hold":
			<-ctx.Done()
			return nil, ctx.Err()
		case "slow":
			time.Sleep(300 * time.Millisecond)
		case "panic":
			panic("out of temper")
		}
		return bytes.ToUpper(payload), nil
	})
	if err := protocol.Serve(handler, contractHash); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// pluginProcess is this program, run as a plugin.
type pluginProcess struct {
	*exec.Cmd
	stdin  io.WriteCloser
	stderr *bytes.Buffer
	socket string
}

// startPlugin runs a program as a plugin, and waits for READY.
func startPlugin(t testing.TB, token []byte, program string, arguments ...string) *pluginProcess {
	t.Helper()
	return startPluginAt(t, filepath.Join(t.TempDir(), "s"), token, program, arguments...)
}

func startPluginAt(t testing.TB, socket string, token []byte, program string, arguments ...string) *pluginProcess {
	t.Helper()
	p := &pluginProcess{Cmd: exec.Command(program, arguments...), stderr: &bytes.Buffer{}, socket: socket}
	p.Env = append(os.Environ(), "PLUGIN_SOCKET="+socket)
	if os.Getenv("PLUGINART_TEST_PLUGIN") == "" {
		p.Env = append(p.Env, "PLUGINART_TEST_PLUGIN=plugin")
	}
	if token != nil {
		p.Env = append(p.Env,
			"PLUGIN_TOKEN="+hex.EncodeToString(token), "PLUGIN_TOKEN_FOR="+socket, "PLUGIN_LIFELINE=stdin")
	}
	p.Stderr = p.stderr
	p.stdin, _ = p.StdinPipe()
	stdout, _ := p.StdoutPipe()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if lines.Text() == "READY" {
			return p
		}
	}
	_ = p.Wait()
	t.Fatalf("never READY: %s", p.stderr)
	return nil
}

func (p *pluginProcess) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("unix", p.socket)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// ended waits for the process, and returns its exit code.
func (p *pluginProcess) ended(t *testing.T) int {
	t.Helper()
	done := make(chan struct{})
	go func() {
		_ = p.Wait()
		close(done)
	}()
	select {
	case <-done:
		return p.ProcessState.ExitCode()
	case <-time.After(20 * time.Second):
		t.Fatal("the plugin did not end")
		return 0
	}
}

func TestServeAnswersAndStopsOnSIGTERM(t *testing.T) {
	token := bytes.Repeat([]byte{9}, 32)
	plugin := startPlugin(t, token, os.Args[0])
	if _, err := protocol.Connect(plugin.dial(t), "test", contractHash); !errors.Is(err, fault.Unauthenticated) ||
		!strings.Contains(err.Error(), "token_env") {
		t.Errorf("without the token: %v", err)
	}
	if info, err := os.Stat(plugin.socket); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
	client := connect(t, plugin.dial(t), protocol.WithToken(token), protocol.WithMinProtocol(2))
	if answer, err := client.Call(soon(t), []byte("secrets")); err != nil || len(answer) > 0 {
		t.Errorf("the environment has %q, %v", answer, err)
	}
	if _, err := client.Call(soon(t), []byte("panic")); !errors.Is(err, fault.Internal) {
		t.Errorf("a panic: %v", err)
	}
	slow := make(chan string, 1)
	go func() {
		answer, err := client.Call(soon(t), []byte("slow"))
		slow <- fmt.Sprintf("%s, %v", answer, err)
	}()
	waitForOpenCalls(t, client, 1)
	// What answers a ping has read the call before it.
	if _, err := client.Ping(soon(t)); err != nil {
		t.Error(err)
	}
	_ = plugin.Process.Signal(syscall.SIGTERM)
	if got := <-slow; got != "SLOW, <nil>" {
		t.Errorf("the call that was open: %s", got)
	}
	if code := plugin.ended(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(plugin.socket); err == nil {
		t.Error("the socket is still there")
	}
	if !strings.Contains(plugin.stderr.String(), "out of temper") {
		t.Errorf("the panic is not on stderr: %s", plugin.stderr)
	}
}

func TestServeEndsWithItsLifeline(t *testing.T) {
	token := bytes.Repeat([]byte{9}, 32)
	plugin := startPlugin(t, token, os.Args[0])
	client := connect(t, plugin.dial(t), protocol.WithToken(token))
	held := make(chan error, 1)
	go func() {
		_, err := client.Call(soon(t), []byte("hold"))
		held <- err
	}()
	waitForOpenCalls(t, client, 1)
	plugin.stdin.Close()
	if code := plugin.ended(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if err := <-held; !errors.Is(err, fault.Unavailable) {
		t.Errorf("the call that was open: %v", err)
	}
}

func TestALifelineWithoutATokenThatCountsIsNone(t *testing.T) {
	plugin := startPlugin(t, nil, os.Args[0])
	plugin.stdin.Close()
	time.Sleep(time.Second)
	if answer, err := connect(t, plugin.dial(t)).Call(soon(t), []byte("alive")); err != nil || string(answer) != "ALIVE" {
		t.Errorf("%q, %v", answer, err)
	}
}

func TestServeRefusesWhatCrossesItsPartingSoThatEveryCallWasAnsweredOrMayBeRetried(t *testing.T) {
	plugin := startPlugin(t, nil, os.Args[0])
	client := connect(t, plugin.dial(t))
	var answered, refused atomic.Int64
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for {
				_, err := client.Call(soon(t), []byte("quick"))
				if err == nil {
					if answered.Add(1) == 100 {
						_ = plugin.Process.Signal(syscall.SIGTERM)
					}
					continue
				}
				failure, _ := errors.AsType[*fault.Error](err)
				if failure == nil || failure.Code != fault.Unavailable || !failure.RetrySafe {
					t.Errorf("it may not be retried: %v", err)
				}
				refused.Add(1)
				return
			}
		})
	}
	callers.Wait()
	if code := plugin.ended(t); code != 0 || answered.Load() < 100 || refused.Load() != 8 {
		t.Errorf("exit code %d, answered %d, refused %d", code, answered.Load(), refused.Load())
	}
}

func TestServeReplacesASocketFileThatNobodyListensOnAndNoOther(t *testing.T) {
	crashed := startPlugin(t, nil, os.Args[0])
	_ = crashed.Process.Kill()
	crashed.ended(t)
	if _, err := os.Stat(crashed.socket); err != nil {
		t.Fatal(err)
	}
	next := startPluginAt(t, crashed.socket, nil, os.Args[0])
	third := exec.Command(os.Args[0])
	third.Env = append(os.Environ(), "PLUGINART_TEST_PLUGIN=1", "PLUGIN_SOCKET="+crashed.socket)
	said, _ := third.CombinedOutput()
	if third.ProcessState.ExitCode() == 0 || !strings.Contains(string(said), "in use") {
		t.Errorf("the third: %s", said)
	}
	if answer, err := connect(t, next.dial(t)).Call(soon(t), []byte("still there")); err != nil || string(answer) != "STILL THERE" {
		t.Errorf("%q, %v", answer, err)
	}
}

func TestASecondSignalEndsServeAtOnce(t *testing.T) {
	plugin := startPlugin(t, nil, os.Args[0])
	client := connect(t, plugin.dial(t))
	held := make(chan struct{})
	go func() {
		_, _ = client.Call(soon(t), []byte("hold"))
		close(held)
	}()
	waitForOpenCalls(t, client, 1)
	_ = plugin.Process.Signal(syscall.SIGTERM)
	// Two signals that come before the plugin looks are one: the second is sent once it refuses calls.
	for stopping := error(nil); stopping == nil; {
		_, stopping = client.Call(soon(t), []byte("quick"))
	}
	_ = plugin.Process.Signal(syscall.SIGTERM)
	if code := plugin.ended(t); code != 143 {
		t.Errorf("exit code %d", code)
	}
	<-held
}

func TestServeWithoutAnAddressSaysWhatItIs(t *testing.T) {
	plugin := exec.Command(os.Args[0])
	plugin.Env = append(os.Environ(), "PLUGINART_TEST_PLUGIN=1")
	said, err := plugin.CombinedOutput()
	if plugin.ProcessState.ExitCode() != 2 || !strings.Contains(string(said), "PLUGIN_ADDR=127.0.0.1:9000") {
		t.Errorf("%v: %s", err, said)
	}
}

func TestServeRefusesATokenThatIsNone(t *testing.T) {
	plugin := exec.Command(os.Args[0])
	plugin.Env = append(os.Environ(), "PLUGINART_TEST_PLUGIN=1", "PLUGIN_ADDR=127.0.0.1:0",
		"PLUGIN_TOKEN=abc", "PLUGIN_TOKEN_FOR=127.0.0.1:0")
	said, err := plugin.CombinedOutput()
	if plugin.ProcessState.ExitCode() != 1 || !strings.Contains(string(said), "PLUGIN_TOKEN is no token") {
		t.Errorf("%v: %s", err, said)
	}
}
