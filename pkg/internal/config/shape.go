package config

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

// What pluginart.toml may hold. Each table is a list of rules, one for each key, in the order in which messages name
// them. The TypeScript runtime has the same in host/manager/config/shape.ts, from which pluginart.schema.json is made.

// rule is one key that a table may have.
type rule struct {
	name     string
	required bool
	check    check
}

// check looks at a value, stores it, and reports what is wrong with it.
type check func(r *reporter, at field, e *entry)

// settings are the keys that stand in [defaults] and, for one plugin, in its own entry. nil = not said.
type settings struct {
	startupTimeout, shutdownTimeout, healthInterval, unresponsiveTimeout *time.Duration
	restartBackoffMax, stableAfter, callTimeout                          *time.Duration
	maxRestarts, maxMessageBytes, minProtocol                            *int
}

// entry is what a [[plugins]] table says, or [defaults] of its settings alone.
type entry struct {
	settings
	name, contractHash, schema string
	optional                   bool
	path, cwd                  string
	args                       []string
	transport                  string
	env                        map[string]string
	inheritNone                bool
	inheritNames               []string
	container                  *launch.Docker
	host                       string
	port                       int
	dialTimeout                *time.Duration
	tokenEnv                   string
}

const (
	typeBinary = "binary"
	typeDocker = "docker"
	typeRemote = "remote"
)

var pluginTypes = []string{typeBinary, typeDocker, typeRemote}

var (
	namePattern         = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	contractHashPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	variablePattern     = regexp.MustCompile(`^[^=\s\x00]+$`)
	nonEmptyPattern     = regexp.MustCompile(`^[^\x00]+$`)
)

var settingRules = []rule{
	{"startup_timeout", false, duration(false, func(e *entry) **time.Duration { return &e.startupTimeout })},
	{"shutdown_timeout", false, duration(true, func(e *entry) **time.Duration { return &e.shutdownTimeout })},
	{"health_interval", false, duration(false, func(e *entry) **time.Duration { return &e.healthInterval })},
	{"unresponsive_timeout", false, duration(false, func(e *entry) **time.Duration { return &e.unresponsiveTimeout })},
	{"max_restarts", false, integer(0, 1_000_000, func(e *entry) **int { return &e.maxRestarts })},
	{"restart_backoff_max", false, duration(false, func(e *entry) **time.Duration { return &e.restartBackoffMax })},
	{"stable_after", false, duration(true, func(e *entry) **time.Duration { return &e.stableAfter })},
	{"call_timeout", false, duration(true, func(e *entry) **time.Duration { return &e.callTimeout })},
	{"max_message_bytes", false, integer(1024, math.MaxUint32, func(e *entry) **int { return &e.maxMessageBytes })},
	{"min_protocol", false, checkMinProtocol},
	{"compression", false, oneOf("must be \"none\": compression is not available yet; leave the key out", nil, "none")},
}

var commonRules = append([]rule{
	{"name", true, text(namePattern, `must be 1 to 64 letters, digits, ".", "_" or "-", and begin with a letter or digit`,
		func(e *entry) *string { return &e.name })},
	{"contract_hash", false, text(contractHashPattern,
		"must be \"sha256:\" and 64 lowercase hex digits, as `pluginart validate schema.fbs` prints them",
		func(e *entry) *string { return &e.contractHash })},
	{"schema", false, text(nonEmptyPattern, "must be the path of a .fbs file", func(e *entry) *string { return &e.schema })},
	{"optional", false, boolean(func(e *entry) *bool { return &e.optional })},
}, settingRules...)

var pluginRules = map[string][]rule{
	typeBinary: append([]rule{
		{"type", false, nothing},
		{"path", true, text(nonEmptyPattern, "must be the path of a program", func(e *entry) *string { return &e.path })},
		{"args", false, checkArgs},
		{"transport", false, checkTransport},
		{"env", false, checkEnv},
		{"inherit_env", false, checkInheritEnv},
		{"cwd", false, text(nonEmptyPattern, "must be the path of a directory", func(e *entry) *string { return &e.cwd })},
	}, commonRules...),
	typeDocker: append(containerRules, commonRules...),
	typeRemote: append([]rule{
		{"type", true, nothing},
		{"address", true, checkAddress},
		{"transport", false, oneOf(`must be "tcp": plugins of type "remote" are reached by TCP only`, nil, "tcp")},
		{"dial_timeout", false, duration(false, func(e *entry) **time.Duration { return &e.dialTimeout })},
		{"token_env", false, text(variablePattern, "must be the name of an environment variable",
			func(e *entry) *string { return &e.tokenEnv })},
	}, commonRules...),
}

// nothing is for keys that were looked at before.
func nothing(*reporter, field, *entry) {}

func text(pattern *regexp.Regexp, wrong string, place func(*entry) *string) check {
	return func(r *reporter, at field, e *entry) {
		if !r.expect(at, kindText) {
			return
		}
		if !pattern.MatchString(at.value.text) {
			r.wrong(at, wrong)
			return
		}
		*place(e) = at.value.text
	}
}

func duration(zeroAllowed bool, place func(*entry) **time.Duration) check {
	return func(r *reporter, at field, e *entry) {
		if !r.expect(at, kindText) {
			return
		}
		parsed, wrong := parseDuration(at.value.text)
		if wrong == "" && parsed == 0 && !zeroAllowed {
			wrong = "must be above zero"
		}
		if wrong != "" {
			shown := []rune(at.value.text)
			shown = shown[:min(len(shown), 40)]
			r.wrong(at, fmt.Sprintf("\"%s\" %s; write a duration such as \"150ms\", \"5s\" or \"1m30s\"", string(shown), wrong))
			return
		}
		*place(e) = &parsed
	}
}

func integer(least, most int, place func(*entry) **int) check {
	return func(r *reporter, at field, e *entry) {
		if !r.expectInteger(at) {
			return
		}
		number := at.value.number
		if number != math.Trunc(number) || number < float64(least) || number > float64(most) {
			r.wrong(at, fmt.Sprintf("must be an integer from %d to %d", least, most))
			return
		}
		whole := int(number)
		*place(e) = &whole
	}
}

// oneOf takes the strings allowed and nothing else; place may be nil where the value is not needed.
func oneOf(wrong string, place func(*entry) *string, allowed ...string) check {
	return func(r *reporter, at field, e *entry) {
		for _, value := range allowed {
			if at.value.kind == kindText && at.value.text == value {
				if place != nil {
					*place(e) = value
				}
				return
			}
		}
		r.wrong(at, wrong)
	}
}

var checkTransport = oneOf(`must be "unix" or "tcp"`, func(e *entry) *string { return &e.transport }, "unix", "tcp")

func checkMinProtocol(r *reporter, at field, e *entry) {
	if at.value.kind != kindNumber || at.value.number != 1 && at.value.number != 2 {
		r.wrong(at, "must be 1 or 2")
		return
	}
	version := int(at.value.number)
	e.minProtocol = &version
}

func boolean(place func(*entry) *bool) check {
	return func(r *reporter, at field, e *entry) {
		if r.expect(at, kindBoolean) {
			*place(e) = at.value.boolean
		}
	}
}

func checkArgs(r *reporter, at field, e *entry) {
	for _, argument := range r.texts(at) {
		if strings.Contains(argument.value.text, "\x00") {
			r.wrong(argument, "must not hold a NUL character")
		}
		e.args = append(e.args, argument.value.text)
	}
}

func checkEnv(r *reporter, at field, e *entry) {
	if !r.expect(at, kindTable) {
		return
	}
	e.env = map[string]string{}
	for _, name := range at.value.keys {
		value := at.value.table[name]
		variable := field{value: value, name: at.name + "." + name, plugin: at.plugin}
		if wrong := wrongVariableName(name); wrong != "" {
			r.wrongKey(variable, variable.name+" "+wrong)
			continue
		}
		if !r.expect(variable, kindText) {
			continue
		}
		if strings.Contains(value.text, "\x00") {
			r.wrong(variable, "must not hold a NUL character")
		}
		e.env[name] = value.text
	}
}

func wrongVariableName(name string) string {
	switch {
	case strings.HasPrefix(name, "PLUGIN_"):
		return "may not be set: variables that begin with PLUGIN_ belong to pluginart"
	case name == "" || strings.ContainsAny(name, "=\x00"):
		return `is no name for a variable: it is empty, or holds "=" or NUL`
	}
	return ""
}

func checkInheritEnv(r *reporter, at field, e *entry) {
	if at.value.kind == kindBoolean {
		e.inheritNone = !at.value.boolean
		return
	}
	names := []string{}
	isList := at.value.kind == kindList
	for _, name := range at.value.list {
		isList = isList && name.kind == kindText
		names = append(names, name.text)
	}
	if !isList {
		r.wrong(at, "must be true, false, or a list of names of variables")
		return
	}
	e.inheritNames = names
}

func checkAddress(r *reporter, at field, e *entry) {
	if !r.expect(at, kindText) {
		return
	}
	host, port, ok := parseAddress(at.value.text)
	if !ok {
		r.wrong(at, `must be "host:port", such as "plugins.example.com:9000" or "[::1]:9000"`)
		return
	}
	e.host, e.port = host, port
}
