package launch

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	maxTailLines     = 20
	maxTailLineBytes = 2_000
)

// tail is the last lines of a stream: what a dead plugin is remembered by. Safe for concurrent use.
type tail struct {
	mutex sync.Mutex
	last  []string
}

func (t *tail) add(line string) {
	if line == "" {
		return
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if len(t.last) == maxTailLines {
		t.last = slices.Delete(t.last, 0, 1)
	}
	t.last = append(t.last, shorten(line))
}

// lines are at most 20 of at most 2,000 bytes each, the oldest first. Empty lines are left out.
func (t *tail) lines() []string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return slices.Clone(t.last)
}

func shorten(line string) string {
	if len(line) <= maxTailLineBytes {
		return line
	}
	cut := maxTailLineBytes
	for cut > maxTailLineBytes-utf8.UTFMax && !utf8.RuneStart(line[cut]) {
		cut--
	}
	// A copy, as a mere slice would keep the long string alive.
	return fmt.Sprintf("%s... (%d more bytes)", strings.Clone(line[:cut]), len(line)-cut)
}
