package supervise

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/session"
)

const (
	// unreadyStop is for a plugin that did not get as far as its first call.
	unreadyStop = time.Second
	// exitNotice: a process that ends during the handshake is seen to have ended within this time.
	exitNotice = 250 * time.Millisecond
	// leastTime is what is left for a handshake at least.
	leastTime = time.Millisecond

	noDowngrade = ". It spoke version 2 before, and that is not taken back: " +
		"if it was replaced by an older one on purpose, restart the host"
)

type startPlan struct {
	spec     *Spec
	launcher launch.Launcher
	// instance is one still running from before: it is only connected to. nil = a new one is launched.
	instance    *launch.Instance
	minProtocol int
	onLine      launch.OnLine
	onStuck     func(openCalls int)
}

// startRun starts a plugin, connects and shakes hands, all within its startup timeout. Where it fails, the error says what
// a person needs and nothing of the plugin is left running.
func startRun(ctx context.Context, plan *startPlan) (*run, error) {
	spec := plan.spec
	deadline := time.Now().Add(spec.StartupTimeout)
	instance := plan.instance
	if instance == nil {
		launched, err := plan.launcher.Launch(ctx, launch.Options{Timeout: spec.StartupTimeout, OnLine: plan.onLine})
		if err != nil {
			return nil, err
		}
		instance = launched
	}
	r := &run{plugin: spec.Name, instance: instance, over: make(chan struct{})}
	patience := time.Now().Add(dialPatience)
	opened, err := plan.connect(ctx, r, deadline)
	for err != nil && mayListenSoon(instance, err) && time.Now().Before(patience) && ctx.Err() == nil {
		time.Sleep(dialRetry)
		opened, err = plan.connect(ctx, r, deadline)
	}
	if err != nil {
		failure := plan.explainFailure(instance, err)
		instance.Stop(unreadyStop)
		close(r.over)
		return nil, failure
	}
	r.session = opened
	return r, nil
}

// mayListenSoon: what is told by a refused connection elsewhere shows behind a proxy as one that is closed at once.
func mayListenSoon(instance *launch.Instance, err error) bool {
	known, isKnown := errors.AsType[*fault.Error](err)
	return instance.BehindProxy && isKnown && known.Code == fault.Unavailable && !nobodyListens(err) && !instance.Process.HasExited()
}

func (p *startPlan) connect(ctx context.Context, r *run, deadline time.Time) (session.Host, error) {
	address := r.instance.Address
	var connection net.Conn
	var err *fault.Error
	minProtocol, handshakeTimeout := p.minProtocol, p.spec.StartupTimeout
	if remote, isRemote := p.spec.Launch.(*launch.Remote); isRemote {
		connection, err = dial(ctx, address, remote.DialTimeout)
		if remote.Token != nil {
			// Only version 2 can prove that it knows a configured secret (PROTOCOL.md, V2-T6).
			minProtocol = 2
		}
	} else {
		connection, err = dialReady(ctx, address, max(until(deadline), leastTime))
		handshakeTimeout = max(until(deadline), leastTime)
	}
	if err != nil {
		return nil, err
	}
	return session.OpenHost(ctx, connection, session.HostOptions{
		PluginName:       p.spec.Name,
		ContractHash:     p.spec.ContractHash,
		Token:            r.instance.Token,
		MinProtocol:      minProtocol,
		MaxMessageBytes:  p.spec.MaxMessageBytes,
		CallTimeout:      p.spec.CallTimeout,
		HandshakeTimeout: handshakeTimeout,
		OnLost:           func(loss *fault.Error) { r.happens(parting{kind: lostConnection, err: loss}) },
		Explain:          r.explain,
		OnStuck:          p.onStuck,
		OnGoaway:         func(reason *fault.Error) { r.happens(parting{kind: saidGoaway, err: reason}) },
	})
}

func (p *startPlan) explainFailure(instance *launch.Instance, cause error) error {
	name := p.spec.Name
	known, isKnown := errors.AsType[*fault.Error](cause)
	process := instance.Process
	if process == nil {
		return nameRemote(name, known, cause)
	}
	if process.EndsSoon(exitNotice) {
		<-process.Ended()
		return launch.StartupFailure(name, "printed READY, but then "+process.HowEnded(), process.Evidence(), cause)
	}
	evidence := process.Evidence()
	if nobodyListens(cause) {
		what := fmt.Sprintf("printed READY, but nobody listens at %s: it has to print READY only once it listens there", instance.Address)
		return launch.StartupFailure(name, what+instance.HintOfUnreachable(cause), evidence, cause)
	}
	if !isKnown || !isRefusal(known.Code) {
		return launch.StartupFailure(name, "printed READY, but the handshake failed: "+cause.Error()+instance.HintOfUnreachable(cause),
			evidence, cause)
	}
	refused := *known
	refused.Plugin, refused.Evidence, refused.Cause = name, evidence, cause
	if p.minProtocol > p.spec.MinProtocol && known.Code == fault.ProtocolViolation {
		refused.Message += noDowngrade
	}
	return &refused
}

// isRefusal reports whether the two sides did not agree to talk, and not that they could not.
func isRefusal(code fault.Code) bool {
	return code == fault.ContractMismatch || code == fault.Unauthenticated || code == fault.ProtocolViolation
}

func nameRemote(name string, known *fault.Error, cause error) error {
	if known == nil {
		return launch.StartupFailure(name, "could not be connected to: "+cause.Error(), nil, cause)
	}
	named := *known
	named.Plugin = name
	if !isRefusal(known.Code) {
		named.Message = fmt.Sprintf("plugin %q: %s", name, known.Message)
	}
	return &named
}
