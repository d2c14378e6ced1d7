package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"strings"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// ContractHash stands for the constant of that name in generated code.
const ContractHash = "sha256:094f99745014e0e307ad2b73394a45887059d3ce7fcda59fbd741f77e7904a14"

// A plugin is a program whose main serves a handler: one made of a generated service, echo.NewHandler(plugin{}), or, as
// here, one that takes and returns bytes.
func ExampleServe() {
	handler := protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		return bytes.ToUpper(payload), nil
	})
	if err := protocol.Serve(handler, ContractHash); err != nil {
		log.Fatal(err)
	}
}

// A handler is tested without a process. Generated clients take what InMemory returns in place of a manager:
// echo.NewTypedClient(client, "echo").
func ExampleInMemory() {
	handler := protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		if len(payload) == 0 {
			return nil, &fault.Error{Code: 42, Message: "nothing to say"}
		}
		return bytes.ToUpper(payload), nil
	})
	client, stop, err := protocol.InMemory(handler, ContractHash)
	if err != nil {
		log.Fatal(err)
	}
	defer stop()

	answer, err := client.Call(context.Background(), []byte("hello"))
	fmt.Println(string(answer), err)
	_, err = client.Call(context.Background(), nil)
	fmt.Println(errors.Is(err, fault.Code(42)), err)
	// Output:
	// HELLO <nil>
	// true nothing to say
}

// One connection to a plugin that runs already, without a manager.
func ExampleConnect() {
	conn, err := net.Dial("tcp", "127.0.0.1:9000")
	if err != nil {
		log.Fatal(err)
	}
	client, err := protocol.Connect(conn, "echo", ContractHash, protocol.WithMinProtocol(2))
	if errors.Is(err, fault.ContractMismatch) {
		log.Fatal("generate the client from the plugin's schema: ", err)
	}
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := client.Call(ctx, []byte("an encoded CallRequest")); errors.Is(err, context.DeadlineExceeded) {
		log.Print("too slow")
	}
}

// A server within another program, on a listener of its own.
func ExampleNewServer() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	handler := protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		return []byte(strings.Repeat(string(payload), 2)), nil
	})
	server := protocol.NewServer(listener, handler, ContractHash, protocol.WithMaxConcurrentCalls(16))
	go func() {
		time.Sleep(10 * time.Millisecond)
		_ = server.Shutdown(context.Background())
	}()
	fmt.Println(server.Serve())
	// Output: pluginart: the server is closed
}
