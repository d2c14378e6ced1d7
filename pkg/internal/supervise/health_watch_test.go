package supervise

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dlahoza/pluginart/pkg/internal/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	interval = 40 * time.Millisecond
	patience = 30 * time.Second
)

// fakeSession is as talkative as a test wants it.
type fakeSession struct {
	session.Host
	protocol, openCalls int
	// heard is asked for the last sign of life; nil = never.
	heard     func() time.Time
	answering bool
}

func (f *fakeSession) Protocol() int  { return f.protocol }
func (f *fakeSession) OpenCalls() int { return f.openCalls }

func (f *fakeSession) LastHeard() time.Time {
	if f.heard == nil {
		return time.Time{}
	}
	return f.heard()
}

func (f *fakeSession) Ping(ctx context.Context) (time.Duration, error) {
	if !f.answering {
		<-ctx.Done()
	}
	return 0, ctx.Err()
}

// watch gives what a watch says, one by one.
func watch(t *testing.T, fake *fakeSession, unresponsiveTimeout time.Duration) <-chan string {
	t.Helper()
	said := make(chan string, 100)
	var once sync.Once
	health := &healthWatch{
		session: fake, interval: interval, unresponsiveTimeout: unresponsiveTimeout,
		onUnresponsive: func(_ time.Duration, openCalls int) { said <- fmt.Sprintf("unresponsive with %d", openCalls) },
		onDead:         func(why string) { once.Do(func() { said <- why }) },
	}
	health.start()
	t.Cleanup(func() {
		health.stop()
		<-health.done
	})
	return said
}

func expect(t *testing.T, said <-chan string, pattern string) {
	t.Helper()
	select {
	case text := <-said:
		if !regexp.MustCompile(pattern).MatchString(text) {
			t.Errorf("it said %q, want %s", text, pattern)
		}
	case <-time.After(patience):
		t.Fatalf("nothing was said within %v", patience)
	}
}

func expectSilence(t *testing.T, said <-chan string) {
	t.Helper()
	select {
	case text := <-said:
		t.Errorf("it said %q", text)
	case <-time.After(10 * interval):
	}
}

func TestAnAnsweringPluginIsLeftAlone(t *testing.T) {
	expectSilence(t, watch(t, &fakeSession{protocol: 2, answering: true}, interval))
}

func TestSilenceWithoutOpenCallsIsTheEnd(t *testing.T) {
	for _, protocol := range []int{1, 2} {
		expect(t, watch(t, &fakeSession{protocol: protocol}, time.Minute), `^did not answer \d+ pings in \d+ ms$`)
	}
}

func TestSilenceWithOpenCallsIsToldOnceAndIsTheEndLater(t *testing.T) {
	said := watch(t, &fakeSession{protocol: 2, openCalls: 3}, 10*interval)
	expect(t, said, `^unresponsive with 3$`)
	expect(t, said, `^gave no sign of life .* with calls open \(unresponsive_timeout\): 3$`)
}

func TestABusyVersion1PluginIsNotJudged(t *testing.T) {
	expectSilence(t, watch(t, &fakeSession{protocol: 1, openCalls: 1}, interval))
}

func TestAnyByteIsASignOfLife(t *testing.T) {
	expectSilence(t, watch(t, &fakeSession{protocol: 2, heard: time.Now}, time.Minute))
}
