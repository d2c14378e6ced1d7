package supervise

import (
	"fmt"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/session"
)

const (
	// exitGrace is how long a lost connection is held against its process, before it counts as lost on its own.
	exitGrace         = time.Second
	maxLastWordsBytes = 200
)

// run is a plugin that has been started, with the connection to it. It remembers what happens before anybody listens.
type run struct {
	plugin   string
	instance *launch.Instance
	session  session.Host
	// over is closed when nothing of it is left, or what is left belongs to another run.
	over chan struct{}

	mutex     sync.Mutex
	listen    func(parting)
	happened  *parting
	verdict   string
	closedFor *fault.Error
}

// happens hands on why the run is to leave ready. What happens first counts; a loss more than a GOAWAY.
func (r *run) happens(p parting) {
	r.mutex.Lock()
	listen := r.listen
	if r.happened == nil || p.kind == lostConnection {
		r.happened = &p
	}
	r.mutex.Unlock()
	if listen != nil {
		listen(p)
	}
}

// listenWith hands on what happens, and what happened before.
func (r *run) listenWith(listen func(parting)) {
	r.mutex.Lock()
	r.listen = listen
	happened := r.happened
	r.mutex.Unlock()
	if happened != nil {
		listen(*happened)
	}
	if process := r.instance.Process; process != nil {
		go func() {
			select {
			case <-process.Exited():
				listen(parting{kind: exitedProcess})
			case <-r.over:
			}
		}()
	}
}

// close closes the connection; reason is what calls that are open are told.
func (r *run) close(reason *fault.Error) {
	r.mutex.Lock()
	if r.closedFor == nil {
		r.closedFor = reason
	}
	r.mutex.Unlock()
	r.session.Close(reason)
}

// condemn is what the end of its process is explained by from now on; it continues a sentence that names the plugin.
func (r *run) condemn(verdict string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.verdict == "" {
		r.verdict = verdict
	}
}

// explain is what a lost connection means: its process has ended, and how, or the loss itself where the process lives on.
// It takes at most two seconds: one for the process to be gone, one for the rest of its output; for a container what its
// engine takes to remove it and to answer. loss may be nil.
func (r *run) explain(loss *fault.Error) *fault.Error {
	if reason := r.reason(); reason != nil {
		return reason
	}
	process := r.instance.Process
	explained := &fault.Error{Code: fault.Unavailable, Plugin: r.plugin}
	if loss != nil {
		explained.Cause = loss
	}
	how := ""
	if process != nil {
		if process.EndsSoon(exitGrace) {
			<-process.Ended()
			explained.Origin = fault.Process
			how = process.HowEnded()
		}
		explained.Evidence = process.Evidence()
	}
	r.mutex.Lock()
	verdict := r.verdict
	r.mutex.Unlock()
	switch {
	case verdict != "" && how != "":
		explained.Message = fmt.Sprintf("plugin %q %s; it %s", r.plugin, verdict, how)
	case verdict != "":
		explained.Message = fmt.Sprintf("plugin %q %s", r.plugin, verdict)
	case how != "":
		explained.Message = fmt.Sprintf("plugin %q %s%s", r.plugin, how, lastWords(explained.Evidence))
	case loss != nil:
		explained.Code = loss.Code
		explained.Message = fmt.Sprintf("plugin %q lost its connection: %s", r.plugin, loss.Message)
	default:
		explained.Message = fmt.Sprintf("plugin %q lost its connection", r.plugin)
	}
	return explained
}

func (r *run) reason() *fault.Error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.closedFor
}

// within waits for a channel to be closed; false where time ran out before.
func within(channel <-chan struct{}, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-channel:
		return true
	case <-timer.C:
		return false
	}
}
