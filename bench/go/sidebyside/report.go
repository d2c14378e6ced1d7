package sidebyside

import (
	"fmt"
	"time"

	"github.com/dlahoza/pluginart/bench/go/report"
)

// median is a contestant's rate in a scenario.
func (r Rates) median(scenario int, name string) float64 {
	for index, contestant := range Contestants {
		if contestant.Name == name {
			return report.Median(r[scenario][index])
		}
	}
	return 0
}

// Table has the medians: with one caller it is the wait that counts, with many what gets through.
func (r Rates) Table(rounds int) string {
	headings := []string{""}
	for _, scenario := range Scenarios {
		headings = append(headings, scenario.Name)
	}
	rows := make([][]string, len(Contestants))
	for index, contestant := range Contestants {
		rows[index] = []string{contestant.Name}
		for number, scenario := range Scenarios {
			rate := r.median(number, contestant.Name)
			cell := report.Whole(rate) + "/s"
			if scenario.Callers == 1 {
				cell = report.Duration(time.Duration(float64(time.Second) / rate))
			}
			rows[index] = append(rows[index], cell)
		}
	}
	return fmt.Sprintf("Side by side: medians of %d interleaved rounds; time of a round trip, or calls per second\n\n%s",
		rounds, report.Table(headings, rows))
}

// Verdicts compares medians. Times are compared by the inverse of rates: one caller's time for a call is 1 / its rate.
func (r Rates) Verdicts() []report.Verdict {
	return []report.Verdict{
		report.AtMost("one caller: round trip of a raw call / of a raw socket", 1.25,
			r.median(serial, rawName)/r.median(serial, oursName)),
		report.AtLeast("64 callers: rate of raw calls / of gRPC-Go", 5,
			r.median(concurrent, oursName)/r.median(concurrent, grpcName)),
		report.AtMost("1 MB: round trip of a raw call / of a raw socket", 1.3,
			r.median(large, rawName)/r.median(large, oursName)),
	}
}

// ByName has the rates by the names of scenarios and contestants.
func (r Rates) ByName() map[string]map[string][]float64 {
	named := map[string]map[string][]float64{}
	for number, scenario := range Scenarios {
		named[scenario.Name] = map[string][]float64{}
		for index, contestant := range Contestants {
			named[scenario.Name][contestant.Name] = r[number][index]
		}
	}
	return named
}
