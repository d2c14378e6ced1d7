package supervise

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/session"
)

const (
	// missedPings: so many without any sign of life are silence.
	missedPings = 2
	// verdictGrace: where this host itself was busy, the answer may be in the socket: it is read before the verdict.
	verdictGrace = 20 * time.Millisecond
)

// healthWatch pings a session and judges its silence. Any byte is a sign of life. Without open calls silence is ill health;
// with open calls a runtime may be kept from answering by the work itself, so it gets the unresponsive timeout; and a
// version 1 plugin answers nothing at all while it works, so with calls open it is not judged.
type healthWatch struct {
	session             session.Host
	interval            time.Duration
	unresponsiveTimeout time.Duration
	// onUnresponsive: silent with calls open, which may be honest work: told once each time.
	onUnresponsive func(silence time.Duration, openCalls int)
	// onDead: not to be waited for any longer; why continues a sentence that names the plugin.
	onDead func(why string)

	cancel context.CancelFunc
	// done is closed when nothing of the watch runs any more.
	done chan struct{}
	// pinged is when the ping that is not answered yet was sent.
	pinged    time.Time
	announced bool
}

func (w *healthWatch) start() {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.done = make(chan struct{})
	go w.watch(ctx)
}

// stop does not wait: done tells.
func (w *healthWatch) stop() { w.cancel() }

func (w *healthWatch) watch(ctx context.Context) {
	defer close(w.done)
	ticker := time.NewTicker(w.interval)
	defer ticker.Stop()
	answered := make(chan error, 1)
	for {
		select {
		case <-ctx.Done():
			if !w.pinged.IsZero() {
				<-answered
			}
			return
		case err := <-answered:
			w.pinged = time.Time{}
			w.announced = false
			if err != nil {
				// The session has ended; its owner hears of that from the session.
				return
			}
		case <-ticker.C:
			if w.pinged.IsZero() {
				w.pinged = time.Now()
				go func() {
					_, err := w.session.Ping(ctx)
					answered <- err
				}()
			} else {
				w.judge(ctx)
			}
		}
	}
}

func (w *healthWatch) judge(ctx context.Context) {
	if _, missed := w.silence(); missed < missedPings {
		w.announced = false
		return
	}
	select {
	case <-ctx.Done():
		return
	case <-time.After(verdictGrace):
	}
	silence, missed := w.silence()
	openCalls := w.session.OpenCalls()
	switch {
	case missed < missedPings:
		w.announced = false
	case openCalls == 0:
		w.onDead(fmt.Sprintf("did not answer %d pings in %d ms", missed, silence.Milliseconds()))
	case w.session.Protocol() == 2:
		if !w.announced {
			w.announced = true
			w.onUnresponsive(silence, openCalls)
		}
		if silence >= w.unresponsiveTimeout {
			w.onDead(fmt.Sprintf("gave no sign of life for %.0f s with calls open (unresponsive_timeout): %d",
				silence.Seconds(), openCalls))
		}
	}
}

// silence is the time since the ping or the last sign of life, and how many pings it makes.
func (w *healthWatch) silence() (time.Duration, int) {
	since := w.pinged
	if heard := w.session.LastHeard(); heard.After(since) {
		since = heard
	}
	silence := time.Since(since)
	return silence, int(math.Round(float64(silence) / float64(w.interval)))
}
