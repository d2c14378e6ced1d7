package report

import "fmt"

// Verdict is an expectation next to what was measured.
type Verdict struct {
	What string `json:"what"`
	// AtMost or AtLeast is what is expected; the other is 0.
	AtMost   float64 `json:"atMost,omitempty"`
	AtLeast  float64 `json:"atLeast,omitempty"`
	Measured float64 `json:"measured"`
	Met      bool    `json:"met"`
}

// AtMost expects no more than a bound.
func AtMost(what string, bound, measured float64) Verdict {
	return Verdict{What: what, AtMost: bound, Measured: measured, Met: measured <= bound}
}

// AtLeast expects no less than a bound.
func AtLeast(what string, bound, measured float64) Verdict {
	return Verdict{What: what, AtLeast: bound, Measured: measured, Met: measured >= bound}
}

// Verdicts is their table.
func Verdicts(verdicts []Verdict) string {
	rows := make([][]string, len(verdicts))
	for index, verdict := range verdicts {
		expected, outcome := fmt.Sprintf("<= %v", verdict.AtMost), "MISSED"
		if verdict.AtLeast > 0 {
			expected = fmt.Sprintf(">= %v", verdict.AtLeast)
		}
		if verdict.Met {
			outcome = "met"
		}
		rows[index] = []string{verdict.What, expected, ThreeDigits(verdict.Measured), outcome}
	}
	return Table([]string{"Expected of this run", "expected", "measured", ""}, rows)
}
