package launch

import (
	"context"
	"time"
)

const (
	// maxPortsTried: a free port may be taken by somebody else before the plugin gets to it.
	maxPortsTried = 3
	// unreadyStop is for a process that did not get ready to clean up after itself.
	unreadyStop = time.Second
	// readGrace: where this host itself was busy, READY may be in the pipe: it is read before the verdict.
	readGrace = 20 * time.Millisecond
)

type outcome int

const (
	becameReady outcome = iota
	exitedEarly
	timeRanOut
	gaveUp
)

// firstOf is what comes of a process first: its READY, its end, the end of the time, or of the interest in it.
func firstOf(ctx context.Context, process Process, limit time.Duration) outcome {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-process.Ready():
		return becameReady
	case <-process.Ended():
		// All of its output was read before this, READY included.
		if closesWithin(process.Ready(), 0) {
			return becameReady
		}
		return exitedEarly
	case <-ctx.Done():
		return gaveUp
	case <-timer.C:
		if closesWithin(process.Ready(), readGrace) {
			return becameReady
		}
		return timeRanOut
	}
}
