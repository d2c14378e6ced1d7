package suite

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/dlahoza/pluginart/bench/go/sidebyside"
	"github.com/dlahoza/pluginart/pkg/protocol"
	"github.com/dlahoza/pluginart/pkg/runtime"
)

// Roles of this program's processes.
const (
	// PluginRole serves an echo as a plugin.
	PluginRole = "plugin"
	// LoadRole calls the plugin at a socket: the socket and the bytes of payload follow.
	LoadRole = "load"
)

// ServePlugin is the plugin that the manager starts, and that the client connects to.
func ServePlugin() error {
	return protocol.Serve(sidebyside.EchoRaw, sidebyside.RawContract, protocol.WithReusedPayloads())
}

// echo checks that all came back.
func echo(size int, send func(context.Context, []byte) ([]byte, error)) func(context.Context) error {
	payload := bytes.Repeat([]byte("a"), size)
	return func(ctx context.Context) error {
		answer, err := send(ctx, payload)
		if err == nil && len(answer) != size {
			return fmt.Errorf("%d bytes were sent, %d came back", size, len(answer))
		}
		return err
	}
}

// openManager starts the plugin by a config file.
func openManager(size int) (func(int) error, func(), error) {
	self, directory, remove, err := scratch()
	if err != nil {
		return nil, nil, err
	}
	config := filepath.Join(directory, "pluginart.toml")
	text := fmt.Sprintf("version = 1\n[[plugins]]\nname = \"echo\"\npath = %q\nargs = [%q]\ncontract_hash = %q\n",
		self, PluginRole, sidebyside.RawContract)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		remove()
		return nil, nil, err
	}
	manager, err := runtime.NewManagerFromConfig(config, runtime.WithLogger(slog.New(slog.DiscardHandler)))
	if err == nil {
		err = manager.Start(context.Background())
	}
	if err != nil {
		remove()
		return nil, nil, err
	}
	shut := func() {
		_ = manager.Shutdown(context.Background())
		remove()
	}
	return callMany(echo(size, func(ctx context.Context, payload []byte) ([]byte, error) {
		return manager.Call(ctx, "echo", payload)
	})), shut, nil
}

// openClient connects to a plugin that somebody else started.
func openClient(size int) (func(int) error, func(), error) {
	self, directory, remove, err := scratch()
	if err != nil {
		return nil, nil, err
	}
	socket := filepath.Join(directory, "s")
	plugin := exec.Command(self, PluginRole)
	plugin.Env = append(os.Environ(), "PLUGIN_SOCKET="+socket)
	shut := func() {
		if plugin.Process != nil {
			_ = plugin.Process.Kill()
			_ = plugin.Wait()
		}
		remove()
	}
	client, err := startAndConnect(plugin, socket)
	if err != nil {
		shut()
		return nil, nil, err
	}
	return callMany(echo(size, client.Call)), func() {
		client.Close()
		shut()
	}, nil
}

func startAndConnect(plugin *exec.Cmd, socket string) (*protocol.Client, error) {
	stdout, err := plugin.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := plugin.Start(); err != nil {
		return nil, err
	}
	if err := waitFor(stdout, "READY"); err != nil {
		return nil, err
	}
	return connect(socket)
}

// waitFor reads lines up to the one that is looked for.
func waitFor(output io.Reader, line string) error {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if lines.Text() == line {
			return nil
		}
	}
	return errors.Join(fmt.Errorf("it ended before it said %s", line), lines.Err())
}

func connect(socket string) (*protocol.Client, error) {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, err
	}
	return protocol.Connect(conn, "echo", sidebyside.RawContract)
}

// openServer serves in this process; the load is another's.
func openServer(size int) (func(int) error, func(), error) {
	self, directory, remove, err := scratch()
	if err != nil {
		return nil, nil, err
	}
	socket := filepath.Join(directory, "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		remove()
		return nil, nil, err
	}
	server := protocol.NewServer(listener, sidebyside.EchoRaw, sidebyside.RawContract, protocol.WithReusedPayloads())
	served := make(chan error, 1)
	go func() { served <- server.Serve() }()
	stop := func() {
		server.Close()
		<-served
		remove()
	}
	load := exec.Command(self, LoadRole, socket, fmt.Sprint(size))
	load.Stderr = os.Stderr
	orders, ordersErr := load.StdinPipe()
	answers, answersErr := load.StdoutPipe()
	if err := errors.Join(ordersErr, answersErr); err != nil {
		stop()
		return nil, nil, err
	}
	if err := load.Start(); err != nil {
		stop()
		return nil, nil, err
	}
	shut := func() {
		orders.Close()
		_ = load.Wait()
		stop()
	}
	lines := bufio.NewReader(answers)
	return func(calls int) error {
		if _, err := fmt.Fprintln(orders, calls); err != nil {
			return err
		}
		line, err := lines.ReadString('\n')
		if err == nil && line != "done\n" {
			return fmt.Errorf("the load said %q", line)
		}
		return err
	}, shut, nil
}

// RunLoad calls the plugin at a socket as often as each line of stdin says.
func RunLoad(socket string, size int) error {
	client, err := connect(socket)
	if err != nil {
		return err
	}
	defer client.Close()
	load := callMany(echo(size, client.Call))
	for {
		var calls int
		if _, err := fmt.Scanln(&calls); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := load(calls); err != nil {
			return err
		}
		fmt.Println("done")
	}
}

func scratch() (self, directory string, remove func(), err error) {
	if self, err = os.Executable(); err != nil {
		return "", "", nil, err
	}
	directory, err = os.MkdirTemp("", "pluginart-bench-")
	return self, directory, func() { _ = os.RemoveAll(directory) }, err
}
