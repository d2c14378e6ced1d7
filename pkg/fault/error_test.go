package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
)

func TestErrorIsItsCodeAndItsCause(t *testing.T) {
	err := fmt.Errorf("calling: %w", fault.Newf(fault.Unavailable, "the plugin exited: %w", io.EOF))
	if !errors.Is(err, fault.Unavailable) || !errors.Is(err, io.EOF) {
		t.Errorf("%v is not what it was made of", err)
	}
	if errors.Is(err, fault.Internal) {
		t.Errorf("%v is INTERNAL", err)
	}
	var known *fault.Error
	if !errors.As(err, &known) || known.Message != "the plugin exited: EOF" {
		t.Errorf("As found %v", known)
	}
}

func TestCancellationIsTheContextsToo(t *testing.T) {
	if !errors.Is(fault.New(fault.Cancelled, "gone"), context.Canceled) {
		t.Error("Cancelled is not context.Canceled")
	}
	if !errors.Is(fault.New(fault.DeadlineExceeded, "late"), context.DeadlineExceeded) {
		t.Error("DeadlineExceeded is not context.DeadlineExceeded")
	}
	if errors.Is(fault.New(fault.Unavailable, "gone"), context.Canceled) {
		t.Error("Unavailable is context.Canceled")
	}
}

func TestCodeNames(t *testing.T) {
	for code, want := range map[fault.Code]string{
		1: "APPLICATION", 42: "APPLICATION(42)", 0xF00C: "STARTUP_FAILED", fault.DeadlineExceeded: "DEADLINE_EXCEEDED",
	} {
		if got := code.String(); got != want {
			t.Errorf("code %d is %s, want %s", code, got, want)
		}
	}
	if fault.CodeOf(nil) != 0 || fault.CodeOf(io.EOF) != fault.Internal {
		t.Error("CodeOf is wrong about nil or a foreign error")
	}
}
