package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// wholeFile stands for the index of a plugin where a problem concerns none.
const wholeFile = -1

// field is a value under check.
type field struct {
	value *node
	// name is its path within its plugin, or the file: `call_timeout`, `args[1]`, `env.HOME`.
	name string
	// plugin is the index of the entry it belongs to, or wholeFile.
	plugin int
}

// reporter collects what is wrong with a file.
type reporter struct {
	file string
	root *node
	// faulty are the entries about which something was said.
	faulty   map[int]bool
	problems []Problem
	warnings []Problem
}

func (r *reporter) problem(plugin int, place Place, message string) {
	if plugin != wholeFile {
		r.faulty[plugin] = true
	}
	r.problems = append(r.problems, Problem{File: r.file, Place: place, Plugin: r.nameOf(plugin), Message: message})
}

func (r *reporter) warn(plugin int, place Place, message string) {
	r.warnings = append(r.warnings, Problem{File: r.file, Place: place, Plugin: r.nameOf(plugin), Message: message})
}

// wrong reports a value; the message goes on after its name.
func (r *reporter) wrong(at field, message string) {
	r.problem(at.plugin, at.value.place, at.name+" "+message)
}

// wrongKey reports a key.
func (r *reporter) wrongKey(at field, message string) {
	r.problem(at.plugin, at.value.keyPlace, message)
}

// nameOf is the name of an entry, where it has one that can be used.
func (r *reporter) nameOf(plugin int) string {
	if plugin == wholeFile {
		return ""
	}
	if name := r.root.at("plugins").list[plugin].textAt("name"); namePattern.MatchString(name) {
		return name
	}
	return ""
}

var kindNames = map[kind]string{
	kindTable: "a table", kindList: "a list", kindText: "a string", kindNumber: "a number",
	kindBoolean: "true or false", kindDate: "a date",
}

// expect reports a value of another kind, and tells whether it is of this one.
func (r *reporter) expect(at field, wanted kind) bool {
	return at.value.kind == wanted || r.mismatch(at, wanted, kindNames[wanted])
}

func (r *reporter) expectInteger(at field) bool {
	return at.value.kind == kindNumber || r.mismatch(at, kindNumber, "an integer")
}

func (r *reporter) mismatch(at field, wanted kind, description string) bool {
	found := kindNames[at.value.kind]
	if at.value.kind == kindBoolean {
		found = fmt.Sprint(at.value.boolean)
	}
	hint := ""
	if wanted == kindText && (at.value.kind == kindNumber || at.value.kind == kindBoolean) {
		hint = ": put it in double quotes"
	}
	r.wrong(at, fmt.Sprintf("must be %s, not %s%s", description, found, hint))
	return false
}

// texts are the elements of a list of strings; whatever is none is reported.
func (r *reporter) texts(at field) []field {
	if !r.expect(at, kindList) {
		return nil
	}
	var texts []field
	for index, value := range at.value.list {
		element := field{value: value, name: fmt.Sprintf("%s[%d]", at.name, index), plugin: at.plugin}
		if r.expect(element, kindText) {
			texts = append(texts, element)
		}
	}
	return texts
}

// checkTable checks every key that a table has, and reports those that are missing or unknown.
func (r *reporter) checkTable(rules []rule, at field, e *entry, unknown func(key string) string) {
	for _, rule := range rules {
		value := at.value.at(rule.name)
		name := rule.name
		if at.name != "" {
			name = at.name + "." + name
		}
		switch {
		case value != nil:
			rule.check(r, field{value: value, name: name, plugin: at.plugin}, e)
		case rule.required:
			r.problem(at.plugin, at.value.place, name+" is missing"+r.missingHint(rule.name, at))
		}
	}
	for _, key := range at.value.keys {
		if !hasRule(rules, key) {
			child := field{value: at.value.table[key], name: key, plugin: at.plugin}
			r.wrongKey(child, unknown(key))
		}
	}
}

func (r *reporter) missingHint(key string, at field) string {
	if at.plugin == wholeFile {
		return `: begin the file with "version = 1"`
	}
	// Nobody said "binary": a key of another type tells what was meant.
	if key == "path" && at.value.at("type") == nil {
		if at.value.at("image") != nil {
			return `, or type = "docker"`
		}
		if at.value.at("address") != nil {
			return `, or type = "remote"`
		}
	}
	return ""
}

func hasRule(rules []rule, name string) bool {
	return slices.ContainsFunc(rules, func(rule rule) bool { return rule.name == name })
}

// describeUnknown names what was probably meant, or all that is known.
func describeUnknown(key string, rules []rule) string {
	known := make([]string, len(rules))
	for index, rule := range rules {
		known[index] = rule.name
	}
	length := len([]rune(key))
	if name, found := nearest(key, known, max(2, (length+2)/3)); found {
		return fmt.Sprintf("unknown key %s; did you mean %q?", quoted(key), name)
	}
	return fmt.Sprintf("unknown key %s; known here: %s", quoted(key), strings.Join(known, ", "))
}

// quoted leaves escaping to Problem.String, which does it for the whole line.
func quoted(key string) string {
	return `"` + key + `"`
}

func sorted(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(one, other Problem) int {
		return cmp.Or(cmp.Compare(one.Place.Line, other.Place.Line), cmp.Compare(one.Place.Column, other.Place.Column))
	})
	return problems
}
