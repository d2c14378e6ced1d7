package launch

import (
	"os"
	"regexp"
	"slices"
	"strings"
)

// command is what a process is made of.
type command struct {
	// file is absolute.
	file      string
	args      []string
	dir       string
	variables map[string]string
	// file3 is what it gets as its descriptor 3; nil = nothing.
	file3 *os.File
}

// goAhead is what opens the gate, on the process's stdin; of which nothing else is ever used.
const goAhead = "go\n"

const (
	shellPath = "/bin/sh"
	envPath   = "/usr/bin/env"
	// gateScript waits for the line, reading not a byte more, and becomes the plugin: same process, same stdin.
	gateScript = `read -r go && exec "$@"`
)

var (
	plainVariable = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	// shellVariables are those that a shell takes for its own and does not pass on as they were.
	shellVariables = []string{"BASHOPTS", "EUID", "IFS", "LINENO", "OPTIND", "PPID", "SHELLOPTS", "UID"}
)

// behindGate is the command behind a gate: it runs nothing of the plugin until it is told goAhead, and nothing at all where
// the host dies before. So there is no moment in which a plugin runs and the guard does not know it yet. Where that cannot
// be done faithfully gated is false, and the command is to be started as it is.
func behindGate(c command) (line []string, gated bool) {
	plain := append([]string{c.file}, c.args...)
	if !exists(shellPath) {
		return plain, false
	}
	gate := []string{shellPath, "-c", gateScript, "pluginart"}
	var odd []string
	for name, value := range c.variables {
		if !passesThroughShell(name) {
			odd = append(odd, name+"="+value)
		}
	}
	if len(odd) == 0 {
		return append(gate, plain...), true
	}
	// env(1) takes everything with an equals sign before the command for a variable.
	if strings.Contains(c.file, "=") || !exists(envPath) {
		return plain, false
	}
	slices.Sort(odd)
	gate = append(append(gate, envPath), odd...)
	return append(gate, plain...), true
}

// passesThroughShell reports whether a shell hands a variable of this name on as it was.
func passesThroughShell(name string) bool {
	return plainVariable.MatchString(name) && !slices.Contains(shellVariables, name)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
