package session

import (
	"context"
	"errors"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// A call is safe to retry where it never ran or its method is idempotent; where the connection was lost it says which.
func TestALostCallSaysWhetherItMayHaveRun(t *testing.T) {
	cause := errors.New("broken pipe")
	loss := &fault.Error{
		Code: fault.Unavailable, Message: "it is gone", Origin: fault.Process, Plugin: "echo", Cause: cause,
	}
	idempotent, other := &Method{Idempotent: true}, &Method{}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		method             *Method
		wasSent, retrySafe bool
		fate               string
	}{
		{other, false, true, "the call was not sent"},
		{idempotent, false, true, "the call was not sent"},
		{nil, false, true, "the call was not sent"},
		{other, true, false, "the call may have run"},
		{nil, true, false, "the call may have run"},
		{idempotent, true, true, "the call may have run; its method is idempotent"},
	} {
		lost := lostCall(loss, c.method, c.wasSent)
		if lost.Message != "it is gone ("+c.fate+")" || lost.Code != fault.Unavailable || lost.Origin != fault.Process {
			t.Errorf("%+v", lost)
		}
		if WasNeverSent(lost) == c.wasSent || !errors.Is(lost, cause) {
			t.Errorf("%+v: it was sent: %v", lost, c.wasSent)
		}
		late, givenUp := deadlineExceeded("echo", c.method, c.wasSent), contextEnded(over, "echo", c.method, c.wasSent)
		for _, err := range []*fault.Error{lost, late, givenUp} {
			if err.RetrySafe != c.retrySafe {
				t.Errorf("%+v: %s", err, c.fate)
			}
		}
	}
	if WasNeverSent(loss) {
		t.Error("the loss itself is no call's")
	}
}
