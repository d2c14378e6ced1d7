package config

import (
	"fmt"
	"strings"
	"unicode"
)

// Place is a place in the configuration file. Lines and columns count from 1; columns count UTF-16 units, as
// editors and the hosts in other languages do. The zero Place is none.
type Place struct {
	Line   int
	Column int
}

// Problem is one thing that is wrong, or worth a warning, in a configuration file.
type Problem struct {
	// File is the file as it was named by the caller.
	File string
	// Place is zero where the file could not be read at all.
	Place Place
	// Plugin is the plugin it concerns; empty for the rest of the file, or a plugin without a usable name.
	Plugin string
	// Message says what is wrong and what was expected. It never holds a value that may be secret.
	Message string
}

// String is one line: `pluginart.toml:12:1: plugin "echo": unknown key "pth"; did you mean "path"?`
func (p Problem) String() string {
	var text strings.Builder
	text.WriteString(p.File)
	if p.Place != (Place{}) {
		fmt.Fprintf(&text, ":%d:%d", p.Place.Line, p.Place.Column)
	}
	text.WriteString(": ")
	if p.Plugin != "" {
		fmt.Fprintf(&text, "plugin %q: ", p.Plugin)
	}
	text.WriteString(p.Message)
	return visible(text.String())
}

// visible writes control characters as escapes. A key or path of the file may hold line ends or worse; a problem
// stays one harmless line.
func visible(text string) string {
	var shown strings.Builder
	for _, char := range text {
		if unicode.IsControl(char) {
			fmt.Fprintf(&shown, `\u%04x`, char)
		} else {
			shown.WriteRune(char)
		}
	}
	return shown.String()
}
