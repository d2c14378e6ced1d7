// Command plugin is a plugin on the Go runtime that does as it is told, for the peers of conformance/peers. Variables:
// CONTRACT; HANDLER, one of handlers; MAX_MESSAGE_BYTES and MAX_CONCURRENT_CALLS, which are empty for the defaults.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// handlers are by the names that the exchanges of protocol/vectors have for them, and one that takes commands.
var handlers = map[string]protocol.HandlerFunc{
	"echo":      func(_ context.Context, payload []byte) ([]byte, error) { return payload, nil },
	"hold":      hold,
	"stuck":     func(context.Context, []byte) ([]byte, error) { select {} },
	"commanded": obey,
}

// hold waits until it is told to stop.
func hold(ctx context.Context, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// obey does what the payload says: `slow:20:x`, `fail:why`, `app:42`, `own`, `panic`, `large:5000`, `hold`, `time-left`, `env`; it
// answers anything else, and what it slept for, with the payload.
func obey(ctx context.Context, payload []byte) ([]byte, error) {
	command, argument, _ := strings.Cut(string(payload[:min(len(payload), 64)]), ":")
	argument, _, _ = strings.Cut(argument, ":")
	number, _ := strconv.Atoi(argument)
	switch command {
	case "slow":
		time.Sleep(time.Duration(number) * time.Millisecond)
	case "fail":
		return nil, fmt.Errorf("%s", argument)
	case "app":
		return nil, &fault.Error{Code: fault.Code(number), Message: "as told", Retry: true}
	case "own":
		return nil, fault.New(fault.Unavailable, "of the framework")
	case "panic":
		panic("out of temper")
	case "large":
		return []byte(strings.Repeat("a", number)), nil
	case "hold":
		return hold(ctx, payload)
	case "time-left":
		deadline, limited := ctx.Deadline()
		return fmt.Appendf(nil, "%v %d", limited, time.Until(deadline).Milliseconds()), nil
	case "env":
		return []byte(strings.Join(os.Environ(), "\n")), nil
	}
	return payload, nil
}

func main() {
	var options []protocol.ServerOption
	if limit, err := strconv.Atoi(os.Getenv("MAX_MESSAGE_BYTES")); err == nil {
		options = append(options, protocol.WithMaxMessageBytes(limit))
	}
	if limit, err := strconv.Atoi(os.Getenv("MAX_CONCURRENT_CALLS")); err == nil {
		options = append(options, protocol.WithMaxConcurrentCalls(limit))
	}
	options = append(options, protocol.WithSchema(os.Getenv("SCHEMA")))
	if err := protocol.Serve(handlers[os.Getenv("HANDLER")], os.Getenv("CONTRACT"), options...); err != nil {
		log.Fatal(err)
	}
}
