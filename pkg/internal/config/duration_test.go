package config

import (
	"strings"
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "0s": 0, "+5s": 5_000, "150ms": 150, "1m30s": 90_000, "1.5h": 5_400_000, "1h1m1s1ms": 3_661_001, ".5s": 500,
		"5.s": 5_000, "0.07s": 70, "1.005s": 1_005, "1us": 1, "1\u00b5s": 1, "1\u03bcs": 1, "1ns": 1, "1500us": 2, "30s30s": 60_000,
		"2147483647ms": 2_147_483_647, "596h": 2_145_600_000,
	} {
		got, wrong := parseDuration(text)
		if wrong != "" || got != time.Duration(want)*time.Millisecond {
			t.Errorf("%q is %v (%s), want %d ms", text, got, wrong, want)
		}
	}
	for text, want := range map[string]string{
		"": "is not a duration", "s": "is not a duration", ".s": "is not a duration", "5": "lacks a unit", "1m30": "lacks a unit",
		"5 s": `unknown unit " s"`, "5sec": `unknown unit "sec"`, "1d": `unknown unit "d"`, "5S": `unknown unit "S"`,
		"-1s": "must not be negative", "1e3s": `unknown unit "e"`, "1.2.3s": "lacks a unit", "Infinity": "is not a duration",
		"597h": "is too long", "2147483648ms": "is too long", "9223372036854775808ns": "is too long",
		"99999999999999999999999999999999h": "is too long", strings.Repeat("1", 100_000) + "s": "is not a duration",
	} {
		if _, wrong := parseDuration(text); !strings.Contains(wrong, want) {
			t.Errorf("%.40q is refused with %q, want %q", text, wrong, want)
		}
	}
}
