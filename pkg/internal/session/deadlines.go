package session

import (
	"math"
	"time"
)

// milliseconds is a duration in whole milliseconds, rounded up; 0 where none is left, and the most that 32 bits hold
// where it is longer.
func milliseconds(left time.Duration) uint32 {
	if left <= 0 {
		return 0
	}
	rounded := (left + time.Millisecond - 1) / time.Millisecond
	return uint32(min(int64(rounded), math.MaxUint32))
}

// deadlineTimer calls expire when the earliest of many deadlines passes. Calls that are answered in time cost no timer
// of their own. Its owner's lock guards it.
type deadlineTimer struct {
	timer *time.Timer
	next  time.Time
	// expire is called without the lock. It calls passed, and include for what is left.
	expire func()
}

// include makes sure that expire is called at or after the deadline.
func (d *deadlineTimer) include(deadline time.Time) {
	if !d.next.IsZero() && !deadline.Before(d.next) {
		return
	}
	d.next = deadline
	wait := time.Until(deadline)
	if d.timer == nil {
		d.timer = time.AfterFunc(wait, d.expire)
	} else {
		d.timer.Reset(wait)
	}
}

// passed is to be called first by expire, with the lock held.
func (d *deadlineTimer) passed() { d.next = time.Time{} }

func (d *deadlineTimer) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}
