// Package config reads and checks pluginart.toml.
package config

import (
	"fmt"
	"os"
	"strings"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// Load reads a pluginart.toml, with `contract_hash` computed where the file names a schema, and secrets read from the
// environment. warnings are worth telling the operator.
//
// It fails with CONFIG_INVALID, naming everything that is wrong, each with file, line and column.
func Load(file string) (plugins []supervise.Spec, warnings []Problem, err error) {
	return use(Check(file, os.LookupEnv))
}

// LoadText is Load for a configuration that is no file: see CheckText.
func LoadText(name string, text []byte, folder string) (plugins []supervise.Spec, warnings []Problem, err error) {
	return use(CheckText(name, text, folder, os.LookupEnv))
}

func use(report Report) (plugins []supervise.Spec, warnings []Problem, err error) {
	if len(report.Problems) > 0 {
		return nil, nil, &fault.Error{
			Code: fault.ConfigInvalid, Message: describeProblems(report.Problems), Cause: report.Unreadable,
		}
	}
	return report.Plugins, report.Warnings, nil
}

func describeProblems(problems []Problem) string {
	if len(problems) == 1 {
		return problems[0].String()
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d errors in the configuration:", len(problems))
	for _, problem := range problems {
		text.WriteString("\n  " + problem.String())
	}
	return text.String()
}
