package supervise

import (
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
)

func TestLastWords(t *testing.T) {
	for want, evidence := range map[string]fault.Evidence{
		"": {Stderr: []string{" "}},
		"; its last words: panic: boom": {Stderr: []string{
			"before", "panic: boom", "", "goroutine 8 [running]:", "main.main.func1()", "\t/src/plugin.go:48 +0x25",
		}},
		"; its last words: fatal error: all goroutines are asleep - deadlock!": {Stderr: []string{
			"fatal error: all goroutines are asleep - deadlock!", "", "goroutine 1 [chan receive]:", "main.main()",
		}},
		"; its last words: ValueError: boom": {Stderr: []string{
			"Traceback (most recent call last):", `  File "plugin.py", line 3`, "ValueError: boom", "",
		}},
		"; its last words: after that": {Stderr: []string{"panic: no", "after that"}},
		"; its last words: out":        {Stdout: []string{"out"}},
	} {
		if got := lastWords(&evidence); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
