package launch

import (
	"fmt"
	"strings"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// StartupFailure is a failure to start with all that a person needs in its message, the output included. what goes on after
// the plugin's name; evidence and cause may be nil.
func StartupFailure(plugin, what string, evidence *fault.Evidence, cause error) *fault.Error {
	return &fault.Error{
		Code:     fault.StartupFailed,
		Message:  fmt.Sprintf("plugin %q %s%s", plugin, what, quoteOutput(evidence)),
		Cause:    cause,
		Origin:   fault.Process,
		Plugin:   plugin,
		Evidence: evidence,
	}
}

// quoteOutput is the last lines, indented, each stream under its name; it says so where there are none.
func quoteOutput(evidence *fault.Evidence) string {
	switch {
	case evidence == nil:
		return ""
	case len(evidence.Stderr) == 0 && len(evidence.Stdout) == 0:
		return " (it printed nothing)"
	}
	return quoteLines(Stderr, evidence.Stderr) + quoteLines(Stdout, evidence.Stdout)
}

func quoteLines(stream Stream, lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return fmt.Sprintf("\n  %s:\n    %s", stream, strings.Join(lines, "\n    "))
}
