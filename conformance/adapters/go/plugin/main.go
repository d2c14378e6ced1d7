// Command plugin is the plugin adapter of the Go runtime: see ../../README.md.
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/dlahoza/pluginart/conformance/adapters/go/generated/conformance"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	var options []protocol.ServerOption
	for name, option := range map[string]func(int) protocol.ServerOption{
		"CONFORMANCE_MAX_MESSAGE_BYTES":    func(bytes int) protocol.ServerOption { return protocol.WithMaxMessageBytes(bytes) },
		"CONFORMANCE_MAX_CONCURRENT_CALLS": protocol.WithMaxConcurrentCalls,
	} {
		if text, given := os.LookupEnv(name); given {
			number, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			options = append(options, option(number))
		}
	}
	served := os.Getenv("CONFORMANCE_SERVE")
	if served == "" || served == "typed" {
		return protocol.Serve(conformance.NewHandler(newHandlers()), conformance.ContractHash, options...)
	}
	handler, known := rawHandlers[served]
	if !known {
		return fmt.Errorf("CONFORMANCE_SERVE is %q", served)
	}
	contract := conformance.ContractHash
	if text, given := os.LookupEnv("CONFORMANCE_CONTRACT"); given {
		contract = text
	}
	return protocol.Serve(handler, contract, options...)
}
