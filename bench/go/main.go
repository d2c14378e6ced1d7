// Command bench measures calls of the Go runtime: see ../README.md.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/bench/go/report"
	"github.com/dlahoza/pluginart/bench/go/sidebyside"
	"github.com/dlahoza/pluginart/bench/go/suite"
)

func main() {
	err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run is the bench, or one of the processes that it starts.
func run(arguments []string) error {
	if len(arguments) == 0 {
		return bench(arguments)
	}
	switch role := arguments[0]; role {
	case suite.PluginRole:
		return suite.ServePlugin()
	case suite.LoadRole:
		size, err := strconv.Atoi(arguments[2])
		if err != nil {
			return err
		}
		return suite.RunLoad(arguments[1], size)
	case sidebyside.ServerRole:
		return sidebyside.RunServer(sidebyside.Find(arguments[1]), arguments[2])
	case sidebyside.ClientRole:
		return sidebyside.RunClient(sidebyside.Find(arguments[1]), arguments[2])
	}
	return bench(arguments)
}

type figures struct {
	Machine    string                          `json:"machine"`
	Quick      bool                            `json:"quick"`
	Suite      []suite.Row                     `json:"suite"`
	SideBySide map[string]map[string][]float64 `json:"sideBySide"`
	Verdicts   []report.Verdict                `json:"expectations"`
	Failures   []string                        `json:"failures"`
}

func bench(arguments []string) error {
	testing.Init()
	only := flag.String("only", "", "`part`: suite or side-by-side; both by default")
	duration := flag.Duration("duration", 2*time.Second, "how long each row of the suite runs")
	rounds := flag.Int("rounds", 9, "rounds of the side by side")
	quick := flag.Bool("quick", false, "a smoke test; its figures mean nothing")
	file := flag.String("json", "", "`file` for the figures as JSON")
	if err := flag.CommandLine.Parse(arguments); err != nil {
		return err
	}
	if !slices.Contains([]string{"", "suite", "side-by-side"}, *only) || *rounds < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	plan := sidebyside.Plan{Rounds: *rounds, Slice: 250 * time.Millisecond, WarmUp: time.Second}
	if *quick {
		*duration, plan = 10*time.Millisecond, sidebyside.Plan{Rounds: 1, Slice: 10 * time.Millisecond, WarmUp: time.Millisecond}
	}
	if err := flag.Set("test.benchtime", duration.String()); err != nil {
		return err
	}
	all := figures{Machine: report.Machine(), Quick: *quick, Failures: []string{}}
	fmt.Println(all.Machine)
	if *quick {
		fmt.Println("A smoke test: these figures mean nothing.")
	}
	if *only != "side-by-side" {
		rows, err := suite.Run()
		if err != nil {
			return err
		}
		fmt.Print("\n", suite.Table(rows))
		all.Suite, all.Failures, all.Verdicts = rows, suite.ExceededLimits(rows), suite.Verdicts(rows)
	}
	if *only != "suite" {
		rates, err := sidebyside.Run(plan)
		if err != nil {
			return err
		}
		fmt.Print("\n", rates.Table(plan.Rounds))
		all.SideBySide, all.Verdicts = rates.ByName(), append(all.Verdicts, rates.Verdicts()...)
	}
	fmt.Print("\n", report.Verdicts(all.Verdicts))
	if *file != "" {
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(*file, append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	for _, failure := range all.Failures {
		fmt.Fprintln(os.Stderr, "FAILED:", failure)
	}
	if len(all.Failures) > 0 {
		os.Exit(1)
	}
	return nil
}
