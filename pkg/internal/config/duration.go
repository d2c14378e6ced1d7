package config

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
)

// maxDuration is what hosts in every language can wait: 2^31 - 1 ms, about 24 days 20 hours.
const maxDuration = math.MaxInt32 * time.Millisecond

const longestDurationText = 64

var durationUnits = map[string]time.Duration{
	"ns": time.Nanosecond,
	"us": time.Microsecond,
	// The micro sign and the Greek letter, as in package time.
	"\u00b5s": time.Microsecond,
	"\u03bcs": time.Microsecond,
	"ms":      time.Millisecond,
	"s":       time.Second,
	"m":       time.Minute,
	"h":       time.Hour,
}

// parseDuration reads a duration as package time writes it. It gives whole milliseconds, rounded up so that a short
// time never becomes none, at most maxDuration; or what is wrong with the text, to be put after "… ". Package time's own
// parser neither says what is wrong nor keeps from overflow.
func parseDuration(text string) (duration time.Duration, wrong string) {
	if strings.HasPrefix(text, "-") {
		return 0, "must not be negative"
	}
	rest := strings.TrimPrefix(text, "+")
	if rest == "0" {
		return 0, ""
	}
	if rest == "" || len(text) > longestDurationText {
		return 0, "is not a duration"
	}
	total := new(big.Int)
	for rest != "" {
		var whole, fraction, unit string
		whole, rest = takeWhile(rest, isDigit)
		if after, ok := strings.CutPrefix(rest, "."); ok {
			fraction, rest = takeWhile(after, isDigit)
		}
		unit, rest = takeWhile(rest, func(char rune) bool { return char != '.' && !isDigit(char) })
		if whole == "" && fraction == "" {
			return 0, "is not a duration"
		}
		if unit == "" {
			return 0, "lacks a unit (ms, s, m or h)"
		}
		nanoseconds, known := durationUnits[unit]
		if !known {
			return 0, fmt.Sprintf("has the unknown unit %q (ms, s, m and h are known)", unit)
		}
		total.Add(total, scaled(whole+fraction, nanoseconds, len(fraction)))
	}
	total.Add(total, big.NewInt(int64(time.Millisecond-1)))
	milliseconds := total.Div(total, big.NewInt(int64(time.Millisecond)))
	if milliseconds.Cmp(big.NewInt(int64(maxDuration/time.Millisecond))) > 0 {
		return 0, "is too long (596h is the most)"
	}
	return time.Duration(milliseconds.Int64()) * time.Millisecond, ""
}

// scaled is digits times unit, divided by ten for each of the digits behind the point.
func scaled(digits string, unit time.Duration, behindPoint int) *big.Int {
	value, _ := new(big.Int).SetString(digits, 10)
	value.Mul(value, big.NewInt(int64(unit)))
	divisor := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(behindPoint)), nil)
	return value.Div(value, divisor)
}

func takeWhile(text string, fits func(rune) bool) (taken, rest string) {
	end := strings.IndexFunc(text, func(char rune) bool { return !fits(char) })
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

func isDigit(char rune) bool {
	return char >= '0' && char <= '9'
}
