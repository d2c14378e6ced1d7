package main

import (
	"strings"
	"testing"

	"repeat-plugin/plugin/repeat"
)

func TestRepeatRepeats(t *testing.T) {
	for count, want := range []string{"", "ab", "abab"} {
		request := &repeat.RepeatRequestT{Input: "ab", Count: uint32(count)}
		if response, err := (plugin{}).Repeat(t.Context(), request); err != nil || response.Output != want {
			t.Errorf("%d times: %+v, %v", count, response, err)
		}
	}
}

func TestWhatWouldGetTooLongIsRefused(t *testing.T) {
	_, err := plugin{}.Repeat(t.Context(), &repeat.RepeatRequestT{Input: "ab", Count: 4_000_000_000})
	if err == nil || !strings.Contains(err.Error(), "4000000000 times this input is 8000000000 bytes; the most is 4000000") {
		t.Errorf("got %v", err)
	}
}
