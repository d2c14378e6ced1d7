package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

const contractHash = "sha256:094f99745014e0e307ad2b73394a45887059d3ce7fcda59fbd741f77e7904a14"

func TestMain(m *testing.M) {
	// Tests and benchmarks run this program as a plugin.
	kind := os.Getenv("PLUGINART_TEST_PLUGIN")
	if serve := echoServers[kind]; serve != nil {
		runAsEcho(serve)
		return
	}
	if kind != "" {
		runAsPlugin()
		return
	}
	goleak.VerifyTestMain(m)
}

// upper answers with its payload in capitals.
var upper = protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
	return bytes.ToUpper(payload), nil
})

// serve runs a server until the test ends, and returns how to reach it.
func serve(t testing.TB, handler protocol.Handler, options ...protocol.ServerOption) (*protocol.Server, func() net.Conn) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := protocol.NewServer(listener, handler, contractHash, options...)
	done := make(chan error, 1)
	go func() { done <- server.Serve() }()
	t.Cleanup(func() {
		server.Close()
		if err := <-done; !errors.Is(err, protocol.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	return server, func() net.Conn {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
}

func connect(t testing.TB, conn net.Conn, options ...protocol.ConnectOption) *protocol.Client {
	t.Helper()
	client, err := protocol.Connect(conn, "test", contractHash, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// inBothVersions runs a test over a connection of each version.
func inBothVersions(t *testing.T, handler protocol.Handler, test func(t *testing.T, client *protocol.Client)) {
	for version, options := range map[int][]protocol.ConnectOption{1: {protocol.WithOnlyVersion1()}, 2: nil} {
		t.Run(fmt.Sprintf("version %d", version), func(t *testing.T) {
			_, dial := serve(t, handler)
			client := connect(t, dial(), options...)
			if client.Protocol() != version {
				t.Fatalf("protocol %d, want %d", client.Protocol(), version)
			}
			test(t, client)
		})
	}
}

// waitForOpenCalls returns once so many calls are on their way.
func waitForOpenCalls(t *testing.T, client *protocol.Client, count int) {
	t.Helper()
	for limit := soon(t); client.OpenCalls() < count; time.Sleep(time.Millisecond) {
		if limit.Err() != nil {
			t.Fatalf("%d calls are open, want %d", client.OpenCalls(), count)
		}
	}
}

func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestCallsOfManySizes(t *testing.T) {
	inBothVersions(t, upper, func(t *testing.T, client *protocol.Client) {
		for _, size := range []int{0, 1, 100, 65_536, 131_073, 1_048_576, 1_048_577, 4_000_000, 4_194_304} {
			answer, err := client.Call(soon(t), bytes.Repeat([]byte("a"), size))
			if err != nil || !bytes.Equal(answer, bytes.Repeat([]byte("A"), size)) {
				t.Errorf("%d bytes: %d came back, %v", size, len(answer), err)
			}
		}
		if _, err := client.Ping(soon(t)); err != nil {
			t.Error(err)
		}
		_, err := client.Call(soon(t), make([]byte, 4_194_305))
		if !errors.Is(err, fault.ResourceExhausted) {
			t.Errorf("a request that is too large: %v", err)
		}
	})
}

func TestManyCallers(t *testing.T) {
	inBothVersions(t, upper, func(t *testing.T, client *protocol.Client) {
		var callers sync.WaitGroup
		for caller := range 300 {
			callers.Go(func() {
				for round := range 20 {
					text := fmt.Sprintf("caller %d, round %d", caller, round)
					answer, err := client.Call(context.Background(), []byte(text))
					if err != nil || string(answer) != strings.ToUpper(text) {
						t.Errorf("%q: %q, %v", text, answer, err)
						return
					}
				}
			})
		}
		callers.Wait()
	})
}
