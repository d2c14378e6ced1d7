package supervise

import (
	"regexp"
	"strings"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// goCrash is how a crash of a Go program begins. Its stack follows, which says less in one line.
var goCrash = regexp.MustCompile(`^(panic|fatal error): `)

// lastWords is the line that says most about why a process ended, to continue a sentence; empty where it said nothing.
func lastWords(evidence *fault.Evidence) string {
	for _, lines := range [][]string{evidence.Stderr, evidence.Stdout} {
		if line := tellingLine(lines); line != "" {
			return "; its last words: " + strings.ToValidUTF8(line[:min(len(line), maxLastWordsBytes)], "")
		}
	}
	return ""
}

// tellingLine is where a Go program's crash began, and otherwise the last line that is not blank.
func tellingLine(lines []string) string {
	last, crash := "", ""
	for _, line := range lines {
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case goCrash.MatchString(line):
			crash = line
		case crash != "" && strings.HasPrefix(line, "goroutine "):
			return crash
		}
		last = line
	}
	return last
}
