package supervise

import (
	"slices"
	"testing"
	"time"
)

func at(seconds float64) time.Time {
	return time.Unix(1_000_000, 0).Add(time.Duration(seconds * float64(time.Second)))
}

func TestTheWaitDoublesUpToItsLimitAndThenItGivesUp(t *testing.T) {
	budget := restartBudget{maxRestarts: 5, backoffMax: 6 * time.Second, stableAfter: 10 * time.Second}
	var waits []time.Duration
	for second := range 5 {
		wait, again := budget.failed(at(float64(second)))
		if !again {
			t.Fatal("it gave up")
		}
		waits = append(waits, wait/time.Second)
	}
	if !slices.Equal(waits, []time.Duration{1, 2, 4, 6, 6}) {
		t.Errorf("waits %v", waits)
	}
	if _, again := budget.failed(at(6)); again {
		t.Error("it did not give up")
	}
}

func TestOnlyAPluginThatStayedReadyStartsAnew(t *testing.T) {
	budget := restartBudget{maxRestarts: 2, backoffMax: 30 * time.Second, stableAfter: 10 * time.Second}
	budget.failed(at(0))
	budget.ready(at(1))
	if wait, _ := budget.failed(at(10.999)); wait != 2*time.Second {
		t.Errorf("waits %v", wait)
	}
	budget.ready(at(20))
	if wait, _ := budget.failed(at(30)); wait != time.Second || budget.failures != 1 {
		t.Errorf("waits %v after %d failures", wait, budget.failures)
	}
}

func TestWithoutALimitItGoesOnForEverAndNoWaitOverflows(t *testing.T) {
	budget := restartBudget{maxRestarts: noLimit, backoffMax: 30 * time.Second}
	for range 2_000 {
		wait, again := budget.failed(at(0))
		if !again || wait <= 0 || wait > 30*time.Second {
			t.Fatal(wait, again)
		}
	}
	none := restartBudget{backoffMax: time.Second}
	if _, again := none.failed(at(0)); again {
		t.Error("zero restarts means none")
	}
}
