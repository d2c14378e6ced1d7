package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/runtime"
)

func Example() {
	ctx := context.Background()
	manager, err := runtime.NewManagerFromConfig("pluginart.toml", runtime.WithLogger(slog.Default()))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := manager.Start(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer manager.Shutdown(ctx)

	// Generated clients encode the request: echo.NewTypedClient(manager, "echo").
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	answer, err := manager.Call(ctx, "echo", []byte("an encoded CallRequest"))
	switch {
	case errors.Is(err, fault.Unavailable):
		fmt.Println("the plugin is not there:", err)
	case err != nil:
		fmt.Println(err)
	default:
		fmt.Println(len(answer), "bytes")
	}
}

// A host that knows its plugins without a file. ContractHash stands for the constant of that name in generated code.
func ExampleNewManagerFromTOML() {
	const ContractHash = "sha256:094f99745014e0e307ad2b73394a45887059d3ce7fcda59fbd741f77e7904a14"
	config := fmt.Sprintf(`
		version = 1
		[[plugins]]
		name = "echo"
		path = "./plugins/echo"
		contract_hash = %q
		max_restart = 2
	`, ContractHash)
	_, err := runtime.NewManagerFromTOML(config, "/opt/host")
	fmt.Println(err)
	// Output: configuration:7:3: plugin "echo": unknown key "max_restart"; did you mean "max_restarts"?
}

func ExampleWithEvents() {
	_, err := runtime.NewManagerFromConfig("no-such.toml", runtime.WithEvents(func(event runtime.Event) {
		switch event := event.(type) {
		case runtime.StateEvent:
			fmt.Println(event.Plugin, "is", event.To)
		case runtime.RestartEvent:
			fmt.Println(event.Plugin, "will be started again in", event.Wait)
		}
	}))
	fmt.Println(err)
	// Output: no-such.toml: cannot read the configuration: there is no such file
}
