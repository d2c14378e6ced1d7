// Command host calls each of the plugins that ../pluginart.toml names.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/dlahoza/pluginart/pkg/runtime"

	"host-go/plugins/echo"
	"host-go/plugins/repeat"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	manager, err := runtime.NewManagerFromConfig("../pluginart.toml")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, manager.Shutdown(context.Background())) }()
	if err := manager.Start(ctx); err != nil {
		return err
	}
	for _, plugin := range manager.Status() {
		if plugin.State != runtime.Ready {
			fmt.Fprintf(os.Stderr, "*** SKIPPED: %v\n", plugin.Err)
			continue
		}
		output, err := call(ctx, manager, plugin.Name)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %s\n", plugin.Name, output)
	}
	return nil
}

func call(ctx context.Context, manager *runtime.Manager, plugin string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if strings.HasPrefix(plugin, "echo") {
		response, err := echo.NewTypedClient(manager, plugin).Echo(ctx, &echo.EchoRequestT{Input: "hello"})
		if err != nil {
			return "", err
		}
		return response.Output, nil
	}
	request := &repeat.RepeatRequestT{Input: "hip ", Count: 2}
	response, err := repeat.NewTypedClient(manager, plugin).Repeat(ctx, request)
	if err != nil {
		return "", err
	}
	return response.Output, nil
}
