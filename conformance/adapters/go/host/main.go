// Command host is the host adapter of the Go runtime: see ../../README.md.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// command is a line of stdin.
type command map[string]any

func (c command) text(key string) string {
	text, _ := c[key].(string)
	return text
}

func (c command) number(key string) (int64, bool) {
	number, given := c[key].(json.Number)
	value, _ := number.Int64()
	return value, given
}

func main() {
	if err := obeyCommands(newHost()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// obeyCommands reads until stdin ends; each command is answered when it is done.
func obeyCommands(h *host) error {
	input := bufio.NewReader(os.Stdin)
	var open sync.WaitGroup
	for {
		line, err := input.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		given := command{}
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.UseNumber()
		if err := decoder.Decode(&given); err != nil {
			return err
		}
		// Here, as a command to cancel it may be the next line.
		id, _ := given.number("id")
		ctx, cancel := context.WithCancel(context.Background())
		h.calls.Store(id, cancel)
		open.Go(func() {
			defer cancel()
			result, err := h.obey(ctx, given)
			h.calls.Delete(id)
			if err != nil {
				printLine(map[string]any{"id": id, "error": describeError(err)})
				return
			}
			printLine(map[string]any{"id": id, "result": result})
		})
	}
	err := h.shutdown()
	open.Wait()
	return err
}

var output sync.Mutex

func printLine(line map[string]any) {
	encoded, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	if _, err := os.Stdout.Write(append(encoded, '\n')); err != nil {
		os.Exit(1)
	}
}

func describeError(err error) map[string]any {
	known, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return map[string]any{"code": 0, "message": err.Error()}
	}
	described := map[string]any{
		"code": known.Code, "message": known.Message, "origin": known.Origin.String(),
		"retry_safe": known.RetrySafe, "retry": known.Retry,
	}
	if known.Plugin != "" {
		described["plugin"] = known.Plugin
	}
	if known.Details != nil {
		described["details"] = fmt.Sprintf("%x", known.Details)
	}
	if evidence := known.Evidence; evidence != nil {
		described["stderr"] = evidence.Stderr
		if evidence.Signal != "" {
			described["signal"] = evidence.Signal
		} else if evidence.ExitCode >= 0 {
			described["exit_code"] = evidence.ExitCode
		}
	}
	return described
}
