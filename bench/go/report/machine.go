package report

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Machine is a line on what the figures depend on besides the code.
func Machine() string {
	return fmt.Sprintf("%s, %s/%s, %d x %s, load %s at the start",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), processor(), load())
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // Elsewhere than on Linux it is unknown.
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// load is the processes that were running or waiting to, over the last minute.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, found := strings.Cut(string(text), " ")
	if !found {
		return "unknown"
	}
	return first
}
