package runtime

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dlahoza/pluginart/pkg/protocol"
)

// What this test program is when it is started again, as the plugin or the host of a test: see TestMain.
const roleVariable = "TEST_ROLE"

var contractHash = "sha256:" + strings.Repeat("5", 64)

func TestMain(m *testing.M) {
	role, rest, _ := strings.Cut(os.Getenv(roleVariable), " ")
	var err error
	switch role {
	case "":
		goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
			removeImage()
			os.Exit(code)
		}))
		return
	case "plugin":
		err = runPlugin()
	case "v1":
		err = runV1Plugin()
	case "changes-version":
		if _, missing := os.Stat(os.Getenv("MARK")); missing == nil {
			err = runV1Plugin()
		} else if err = os.WriteFile(os.Getenv("MARK"), nil, 0o600); err == nil {
			err = runPlugin()
		}
	case "host":
		err = runHost(rest)
	case "docker-host":
		err = runDockerHost(rest)
	case "exits":
		fmt.Println("reading")
		fmt.Fprintln(os.Stderr, "no database")
		os.Exit(3)
	case "deaf":
		fmt.Println("READY")
		time.Sleep(time.Hour)
	case "silent":
		time.Sleep(time.Hour)
	case "early":
		fmt.Println("READY")
		time.Sleep(20 * time.Millisecond)
		err = runPlugin()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runPlugin() error {
	if flood := os.Getenv("FLOOD"); flood != "" {
		obey("flood " + flood)
	}
	handler := protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		return []byte(obey(string(payload))), nil
	})
	err := protocol.Serve(handler, os.Getenv("CONTRACT_HASH"))
	if file := os.Getenv("STOP_FILE"); file != "" {
		return os.WriteFile(file, []byte("put away"), 0o600)
	}
	return err
}

// runV1Plugin is a plugin of protocol version 1, written without the runtime: it answers one call after the other.
func runV1Plugin() error {
	network, address := "unix", os.Getenv("PLUGIN_SOCKET")
	if address == "" {
		network, address = "tcp", os.Getenv("PLUGIN_ADDR")
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	fmt.Println("READY")
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go serveV1(connection)
	}
}

func serveV1(connection net.Conn) {
	defer connection.Close()
	// HandshakeResponse { ok: true }: root offset, vtable of one slot, padding, table.
	accepted := []byte{12, 0, 0, 0, 6, 0, 5, 0, 4, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0}
	reader := bufio.NewReader(connection)
	for {
		header := make([]byte, 9)
		if _, err := io.ReadFull(reader, header); err != nil {
			return
		}
		payload := make([]byte, binary.LittleEndian.Uint32(header[4:]))
		if _, err := io.ReadFull(reader, payload); err != nil {
			return
		}
		switch header[8] {
		case 1:
			payload = accepted
		case 3:
			payload = []byte(obey(string(payload)))
		}
		binary.LittleEndian.PutUint32(header[4:], uint32(len(payload)))
		header[8]++
		if _, err := connection.Write(append(header, payload...)); err != nil {
			return
		}
	}
}

// hanging counts the calls that were told to hang.
var hanging atomic.Int64

// obey is what the plugins do when they are told to; the payload of a call is the command.
func obey(command string) string {
	words := strings.Split(command, " ")
	streams := map[string]*os.File{"stdout": os.Stdout, "stderr": os.Stderr}
	switch words[0] {
	case "env":
		directory, _ := os.Getwd()
		told, _ := json.Marshal(map[string]any{"cwd": directory, "env": os.Environ()})
		return string(told)
	case "sleep":
		fmt.Fprintln(os.Stderr, "sleeping")
		milliseconds, _ := strconv.Atoi(words[1])
		time.Sleep(time.Duration(milliseconds) * time.Millisecond)
	case "hang":
		hanging.Add(1)
		select {}
	case "hanging":
		return strconv.FormatInt(hanging.Load(), 10)
	case "crash":
		fmt.Fprintln(os.Stderr, "panic: told to crash")
		os.Exit(7)
	case "grandchild":
		child := exec.Command("sleep", "1000")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return err.Error()
		}
		return strconv.Itoa(child.Process.Pid)
	case "spin":
		for turns := 0; ; turns++ {
			_ = turns
		}
	case "read":
		text, err := os.ReadFile(words[1])
		if err != nil {
			return err.Error()
		}
		return string(text)
	case "write":
		if err := os.WriteFile(words[1], nil, 0o600); err != nil {
			return err.Error()
		}
	case "eat":
		for eaten := [][]byte{}; ; {
			eaten = append(eaten, bytes.Repeat([]byte{1}, 1<<20))
		}
	case "print":
		fmt.Fprintln(streams[words[1]], strings.Join(words[2:], " "))
	case "flood":
		piece := []byte(strings.Repeat("x", 1<<20))
		megabytes, _ := strconv.Atoi(words[2])
		for range megabytes {
			if _, err := streams[words[1]].Write(piece); err != nil {
				return err.Error()
			}
		}
	}
	return command
}
