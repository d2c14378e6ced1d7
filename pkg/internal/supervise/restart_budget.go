package supervise

import "time"

// firstWait is before the first restart; it doubles with each that follows.
const firstWait = time.Second

// noLimit is for plugins that are never given up.
const noLimit = -1

// restartBudget says how often, and after which wait, a plugin that fails is started again.
type restartBudget struct {
	// maxRestarts in a row; noLimit = never give up.
	maxRestarts int
	backoffMax  time.Duration
	// stableAfter: ready for this long, and the count starts anew.
	stableAfter time.Duration
	// failures since the plugin was last stable.
	failures   int
	readySince time.Time
}

func (b *restartBudget) renew() {
	b.failures = 0
	b.readySince = time.Time{}
}

func (b *restartBudget) ready(now time.Time) { b.readySince = now }

// failed is the wait before the next start: 1 s, doubling up to the limit; false = give up.
func (b *restartBudget) failed(now time.Time) (wait time.Duration, again bool) {
	if !b.readySince.IsZero() && now.Sub(b.readySince) >= b.stableAfter {
		b.failures = 0
	}
	b.readySince = time.Time{}
	b.failures++
	if b.maxRestarts != noLimit && b.failures > b.maxRestarts {
		return 0, false
	}
	wait = firstWait
	for doubled := 1; doubled < b.failures && wait < b.backoffMax; doubled++ {
		wait *= 2
	}
	return min(wait, b.backoffMax), true
}
