package protocol

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/transport"
)

// lifelineGrace is how long handlers may go on after the host is gone.
const lifelineGrace = 500 * time.Millisecond

var contractHashShape = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// Serve is a plugin's main: it listens where the environment says, announces READY, answers calls until the host sends
// SIGTERM (or SIGINT comes), finishes those that are open, and returns nil; main returns then. Another such signal ends
// the process at once. Where the host started the plugin and dies, the process ends within a second.
//
// Without PLUGIN_SOCKET and PLUGIN_ADDR it writes what this program is and how to run it to stderr, and exits with
// status 2. What handlers return without choosing an *Error, and panics, are written to stderr. Errors: CONFIG_INVALID
// for a contract hash or a token that is none, UNAVAILABLE where the address cannot be bound.
func Serve(handler Handler, contractHash string, options ...ServerOption) error {
	env, err := takeLaunchEnvironment()
	if err != nil {
		return err
	}
	if !contractHashShape.MatchString(contractHash) {
		return fault.Newf(fault.ConfigInvalid,
			"the contract hash must be \"sha256:\" and 64 lowercase hex digits, not %q: pass ContractHash of the generated code",
			contractHash)
	}
	if env.socketPath == "" && env.address == "" {
		fmt.Fprint(os.Stderr, howToRun(contractHash))
		os.Exit(2)
	}
	if env.hasForeignToken {
		report(errors.New("PLUGIN_TOKEN is not meant for this address and was ignored (see PLUGIN_TOKEN_FOR)"))
	}
	listener, err := listen(env)
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	defer signal.Stop(signals)
	return serveUntil(signals, listener, env, handler, contractHash, options)
}

func serveUntil(
	signals <-chan os.Signal, listener net.Listener, env launchEnvironment, handler Handler, contractHash string,
	options []ServerOption,
) error {
	options = append([]ServerOption{
		WithToken(env.token), WithOnHandlerError(reportHandlerError), WithOnConnectionError(report),
	}, options...)
	server := NewServer(listener, handler, contractHash, options...)
	if env.lifeline {
		go watchLifeline(os.Stdin, server)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve() }()
	// One write, with a line feed before: a line that somebody left unfinished must not hide it.
	if _, err := os.Stdout.WriteString("\nREADY\n"); err != nil {
		server.Close()
		<-served
		return fault.Newf(fault.Unavailable, "cannot announce READY on stdout: %w", err)
	}
	select {
	case err := <-served:
		server.Close()
		if errors.Is(err, ErrServerClosed) {
			// The lifeline has ended.
			return nil
		}
		return err
	case <-signals:
	}
	go exitOnNext(signals)
	err := server.Shutdown(context.Background())
	<-served
	return err
}

// exitOnNext ends the process at the second signal (S13).
func exitOnNext(signals <-chan os.Signal) {
	status := 1
	if number, ok := (<-signals).(syscall.Signal); ok {
		status = 128 + int(number)
	}
	os.Exit(status)
}

// watchLifeline ends the process when the host that holds the other end of stdin is gone (S12).
func watchLifeline(stdin io.Reader, server *Server) {
	_, _ = io.Copy(io.Discard, stdin)
	time.AfterFunc(lifelineGrace, func() { os.Exit(0) })
	server.Close()
}

func listen(env launchEnvironment) (net.Listener, error) {
	if env.socketPath != "" {
		return transport.ListenUnix(env.socketPath)
	}
	return transport.ListenTCP(env.address)
}

func report(err error) { fmt.Fprintf(os.Stderr, "pluginart: %v\n", err) }

func reportHandlerError(err error) {
	fmt.Fprintf(os.Stderr, "pluginart: the handler failed: %v\n", err)
}

func howToRun(contractHash string) string {
	program := "plugin"
	if len(os.Args) > 0 {
		program = filepath.Base(os.Args[0])
	}
	return fmt.Sprintf(`This is a pluginart plugin (contract %s). A host starts it; it has no use by itself.

To run it by hand, for instance under a debugger, give it an address:
  PLUGIN_ADDR=127.0.0.1:9000 ./%s
and in the host's pluginart.toml:
  type = "remote"
  address = "127.0.0.1:9000"
`, contractHash, program)
}
