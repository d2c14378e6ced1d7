package sidebyside

import (
	"os"
	"time"
)

// Rates are calls per second: by scenario, by contestant, one for each round.
type Rates [][][]float64

// Plan is how long it all takes.
type Plan struct {
	Rounds int
	// Slice is what each contestant gets in each scenario of a round, WarmUp what it gets before the first.
	Slice, WarmUp time.Duration
}

// Run gives each contestant its slice in each scenario of every round, beginning with another one each time.
func Run(plan Plan) (Rates, error) {
	directory, err := os.MkdirTemp("", "pluginart-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	pairs := make([]*pair, len(Contestants))
	for index := range Contestants {
		pairs[index], err = start(&Contestants[index], directory, index)
		defer pairs[index].stop()
		if err != nil {
			return nil, err
		}
	}
	rates := make(Rates, len(Scenarios))
	for scenario := range Scenarios {
		rates[scenario] = make([][]float64, len(Contestants))
		for _, each := range pairs {
			if _, err := each.slice(scenario, plan.WarmUp); err != nil {
				return nil, err
			}
		}
	}
	for round := range plan.Rounds {
		for scenario := range Scenarios {
			for turn := range pairs {
				index := (round + turn) % len(pairs)
				slice, err := pairs[index].slice(scenario, plan.Slice)
				if err != nil {
					return nil, err
				}
				rates[scenario][index] = append(rates[scenario][index], float64(slice.Calls)/slice.Took.Seconds())
			}
		}
	}
	return rates, nil
}
