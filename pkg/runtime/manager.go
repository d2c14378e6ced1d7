// Package runtime is the host's side: it starts the plugins of a pluginart.toml, keeps them running and carries the calls.
package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/dlahoza/pluginart/pkg/call"
	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/session"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// Manager starts plugins, keeps them running and carries the calls. It is safe for concurrent use; every error is an
// *Error. However the host ends, its plugins end with it.
type Manager struct {
	plugins map[string]*supervise.Supervisor
	// names are in the order of the config file.
	names    []string
	optional map[string]bool
	home     launch.Home

	mutex sync.Mutex
	phase phase
	// changed is closed when the phase that goes on (starting, stopping) has come to its end.
	changed  chan struct{}
	startErr error
}

type phase int

const (
	idle phase = iota
	starting
	running
	stopping
)

// Manager carries the calls of generated clients.
var _ call.Caller = (*Manager)(nil)

// Start starts all plugins at once and returns when they are ready; one that is `optional` may fail, and is tried again as
// after a crash. Where another fails, or the context ends, everything that started is stopped. Called twice it starts nothing
// twice; after Shutdown it starts anew.
//
// It returns the failure; where there are several, one STARTUP_FAILED that lists and wraps them.
func (m *Manager) Start(ctx context.Context) error {
	m.mutex.Lock()
	switch m.phase {
	case running:
		m.mutex.Unlock()
		return nil
	case stopping:
		m.mutex.Unlock()
		return fault.New(fault.Unavailable, "the plugin manager is shutting down")
	case idle:
		m.phase, m.changed = starting, make(chan struct{})
		go m.startAll(m.changed)
	}
	done := m.changed
	m.mutex.Unlock()
	select {
	case <-done:
		m.mutex.Lock()
		defer m.mutex.Unlock()
		return m.startErr
	case <-ctx.Done():
		_ = m.Shutdown(ctx) // Killed at once, as the context has ended.
		return session.Interrupted(ctx, "the start of the plugins")
	}
}

// Call sends an encoded CallRequest and returns the encoded CallResponse, which is the caller's own. The payload must not
// change until Call has returned. While the plugin starts or restarts the call waits. The context's deadline holds; without
// one the plugin's `call_timeout`.
//
// Errors: CONFIG_INVALID where there is no such plugin; UNAVAILABLE, with evidence where a process died; DEADLINE_EXCEEDED;
// CANCELLED; RESOURCE_EXHAUSTED; and what the plugin reports, with origin fault.Remote.
func (m *Manager) Call(ctx context.Context, plugin string, payload []byte) ([]byte, error) {
	supervisor, known := m.plugins[plugin]
	if !known {
		return nil, m.unknown(plugin)
	}
	return supervisor.Call(ctx, payload)
}

// Invoke is Call for generated clients.
func (m *Manager) Invoke(ctx context.Context, plugin string, method *call.Method, exchange call.Exchange) error {
	supervisor, known := m.plugins[plugin]
	if !known {
		return m.unknown(plugin)
	}
	return supervisor.Invoke(ctx, method, exchange)
}

// Status is how the plugins are, in the order of the config file.
func (m *Manager) Status() []Status {
	all := make([]Status, len(m.names))
	for index, name := range m.names {
		all[index] = statusOf(m.plugins[name].Status())
	}
	return all
}

// Restart stops one plugin gracefully and starts it anew; it also revives one that was given up. It returns when the plugin
// is ready, or says why it did not get ready; it is then tried again as after a crash. Where the context ends before, it returns
// and the restart goes on.
func (m *Manager) Restart(ctx context.Context, plugin string) error {
	supervisor, known := m.plugins[plugin]
	if !known {
		return m.unknown(plugin)
	}
	if !m.isIn(running) {
		return fault.Newf(fault.Unavailable, "cannot restart plugin %q: the manager is not running", plugin)
	}
	restarted := make(chan error, 1)
	go func() { restarted <- supervisor.Restart() }()
	select {
	case err := <-restarted:
		return err
	case <-ctx.Done():
		return session.Interrupted(ctx, fmt.Sprintf("the restart of plugin %q", plugin))
	}
}

// Shutdown takes no new calls, lets the open ones finish within each plugin's `shutdown_timeout`, and stops the plugins. When
// it returns nothing is left: no process, no socket, no goroutine. It may be called at any time, also twice.
//
// Where the context ends before, calls that are still open fail, the plugins are killed, and the error says so.
func (m *Manager) Shutdown(ctx context.Context) error {
	m.mutex.Lock()
	switch m.phase {
	case idle:
		m.mutex.Unlock()
		return nil
	case starting, running:
		var started chan struct{}
		if m.phase == starting {
			started = m.changed
		}
		m.phase, m.changed = stopping, make(chan struct{})
		done := m.changed
		m.mutex.Unlock()
		m.stopAll(ctx)
		if started != nil {
			<-started
		}
		m.home.Close()
		m.mutex.Lock()
		m.phase = idle
		close(done)
		m.mutex.Unlock()
	case stopping:
		done := m.changed
		m.mutex.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
			m.stopAll(ctx)
			<-done
		}
	}
	if ctx.Err() != nil {
		return session.Interrupted(ctx, "the shutdown")
	}
	return nil
}

// startAll ends the phase `starting`, unless a shutdown took over.
func (m *Manager) startAll(done chan struct{}) {
	failures := make([]error, len(m.names))
	var all sync.WaitGroup
	for index, name := range m.names {
		all.Go(func() {
			supervisor := m.plugins[name]
			wait := supervisor.Start()
			if m.isIn(stopping) {
				// The shutdown may have passed by before there was anything to stop.
				supervisor.Stop(context.Background())
			}
			if err := wait(); err != nil && !m.optional[name] {
				failures[index] = err
			}
		})
	}
	all.Wait()
	err := m.severalFailures(failures)
	m.mutex.Lock()
	if m.phase == stopping {
		m.startErr = fault.New(fault.Unavailable, "the plugin manager was shut down while it started")
		close(done)
		m.mutex.Unlock()
		return
	}
	m.startErr = err
	if err == nil {
		m.phase = running
		close(done)
		m.mutex.Unlock()
		return
	}
	m.phase, m.changed = stopping, make(chan struct{})
	stopped := m.changed
	m.mutex.Unlock()
	m.stopAll(context.Background())
	m.home.Close()
	m.mutex.Lock()
	m.phase = idle
	close(stopped)
	close(done)
	m.mutex.Unlock()
}

func (m *Manager) isIn(phase phase) bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.phase == phase
}

func (m *Manager) stopAll(ctx context.Context) {
	var all sync.WaitGroup
	for _, supervisor := range m.plugins {
		all.Go(func() { supervisor.Stop(ctx) })
	}
	all.Wait()
}

func (m *Manager) severalFailures(failures []error) error {
	var failed []error
	var list strings.Builder
	for _, err := range failures {
		if err != nil {
			failed = append(failed, err)
			list.WriteString("\n- " + strings.ReplaceAll(err.Error(), "\n", "\n  "))
		}
	}
	switch len(failed) {
	case 0:
		return nil
	case 1:
		return failed[0]
	}
	return &fault.Error{
		Code: fault.StartupFailed, Origin: fault.Process, Cause: errors.Join(failed...),
		Message: fmt.Sprintf("%d of %d plugins did not start:%s", len(failed), len(m.names), list.String()),
	}
}

func (m *Manager) unknown(plugin string) error {
	names := "none"
	if len(m.names) > 0 {
		names = `"` + strings.Join(m.names, `", "`) + `"`
	}
	return fault.Newf(fault.ConfigInvalid, "no plugin is named %q; the configuration has %s", plugin, names)
}
