package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/conformance/adapters/go/notation"
	"github.com/dlahoza/pluginart/pkg/runtime"
)

// host is the managers and the commands that go on, whose contexts a command cancels.
type host struct {
	mutex    sync.Mutex
	managers map[string]*runtime.Manager
	calls    sync.Map
}

func newHost() *host { return &host{managers: map[string]*runtime.Manager{}} }

func (h *host) shutdown() error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var failures []error
	for _, manager := range h.managers {
		failures = append(failures, manager.Shutdown(context.Background()))
	}
	return errors.Join(failures...)
}

func (h *host) obey(ctx context.Context, given command) (map[string]any, error) {
	nothing := map[string]any{}
	switch given.text("do") {
	case "load":
		return nothing, h.load(given)
	case "cancel":
		id, _ := given.number("call")
		if cancel, open := h.calls.Load(id); open {
			cancel.(context.CancelFunc)()
		}
		return nothing, nil
	}
	manager, err := h.manager(given)
	if err != nil {
		return nil, err
	}
	if timeoutMs, given := given.number("timeout_ms"); given {
		limited, cancel := context.WithTimeout(ctx, time.Duration(timeoutMs)*time.Millisecond)
		defer cancel()
		ctx = limited
	}
	switch given.text("do") {
	case "start":
		return nothing, manager.Start(ctx)
	case "call":
		return callTyped(ctx, manager, given)
	case "build":
		return callBuilt(ctx, manager, given)
	case "raw":
		payload, err := notation.ParseBytes(given["payload"])
		if err != nil {
			return nil, err
		}
		answer, err := manager.Call(ctx, given.text("plugin"), payload)
		return map[string]any{"payload": notation.ReportBytes(answer)}, err
	case "status":
		return map[string]any{"plugins": describeStatus(manager.Status())}, nil
	case "restart":
		return nothing, manager.Restart(ctx, given.text("plugin"))
	case "shutdown":
		return nothing, manager.Shutdown(ctx)
	default:
		return nil, fmt.Errorf("no command %s", given.text("do"))
	}
}

func (h *host) manager(given command) (*runtime.Manager, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	manager, known := h.managers[given.text("manager")]
	if !known {
		return nil, fmt.Errorf("no manager %s", given.text("manager"))
	}
	return manager, nil
}

func (h *host) load(given command) error {
	name := given.text("manager")
	manager, err := runtime.NewManagerFromConfig(given.text("config"),
		runtime.WithLogger(slog.New(slog.DiscardHandler)),
		runtime.WithEvents(func(event runtime.Event) { printEvent(name, event) }),
	)
	if err != nil {
		return err
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.managers[name] = manager
	return nil
}

var levelNames = map[slog.Level]string{
	runtime.LevelTrace: "trace", slog.LevelDebug: "debug", slog.LevelInfo: "info", slog.LevelWarn: "warn",
	slog.LevelError: "error", runtime.LevelFatal: "fatal",
}

func printEvent(manager string, event runtime.Event) {
	line := map[string]any{"manager": manager, "plugin": event.About()}
	switch event := event.(type) {
	case runtime.LogRecord:
		line["event"], line["source"], line["level"] = "log", event.Source, levelNames[event.Level]
		line["message"] = event.Message
		if event.Fields != nil {
			line["fields"] = event.Fields
		}
	case runtime.StateEvent:
		line["event"], line["from"], line["to"] = "state", event.From, event.To
	case runtime.RestartEvent:
		line["event"], line["attempt"] = "restart", event.Attempt
	case runtime.UnresponsiveEvent:
		line["event"] = "unresponsive"
	case runtime.StuckEvent:
		line["event"] = "stuck"
	}
	printLine(line)
}

func describeStatus(all []runtime.Status) []map[string]any {
	described := make([]map[string]any, len(all))
	for index, status := range all {
		described[index] = map[string]any{
			"name": status.Name, "state": status.State, "restarts": status.Restarts, "failures": status.Failures,
			"open_calls": status.OpenCalls, "waiting_calls": status.WaitingCalls,
		}
		if status.PID != 0 {
			described[index]["pid"] = status.PID
		}
		if status.Protocol != 0 {
			described[index]["protocol"] = status.Protocol
		}
	}
	return described
}
