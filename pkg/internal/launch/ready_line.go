package launch

import (
	"regexp"
	"strings"
)

// readyWord is what a plugin prints, alone on a line of stdout, once it listens.
const readyWord = "READY"

var readyInside = regexp.MustCompile(`\bREADY\b`)

// readyLine finds READY in a plugin's stdout and hands everything else on. The empty line before it is swallowed with
// it: plugins print "\nREADY\n" lest an unfinished line of theirs hides the word.
type readyLine struct {
	onReady       func()
	onLine        func(text string, whole bool)
	seen          bool
	emptyLineHeld bool
}

func (r *readyLine) line(text string, whole bool) {
	switch {
	case r.seen:
		r.onLine(text, whole)
	case whole && text == readyWord:
		r.emptyLineHeld = false
		r.seen = true
		r.onReady()
	default:
		r.end()
		if whole && text == "" {
			r.emptyLineHeld = true
		} else {
			r.onLine(text, whole)
		}
	}
}

// end is for a stream that is over, or whose next line has come.
func (r *readyLine) end() {
	if r.emptyLineHeld {
		r.emptyLineHeld = false
		r.onLine("", true)
	}
}

// misprintedReady says what is wrong with a READY that was printed, but did not count.
func misprintedReady(stdout, stderr []string) string {
	for _, line := range stderr {
		if strings.TrimSpace(line) == readyWord {
			return "; READY belongs on stdout, not on stderr"
		}
	}
	for _, line := range stdout {
		if readyInside.MatchString(line) {
			return "; READY has to be alone on its line, and not as in \"" + line + "\""
		}
	}
	return ""
}
