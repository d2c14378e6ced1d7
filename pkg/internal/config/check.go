package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// Report is all that can be said about a configuration file without starting anything.
type Report struct {
	// Plugins are those about which nothing is wrong, in the order of the file.
	Plugins []supervise.Spec
	// Problems are everything wrong, in the order of the file. None = the file can be used.
	Problems []Problem
	// Unreadable is why the file could not be read; nil where it was.
	Unreadable error
	// Warnings are worth telling the operator, and nothing that stops the host.
	Warnings []Problem
}

// Check reads and checks a pluginart.toml. lookupEnv is where `token_env` looks: os.LookupEnv.
func Check(file string, lookupEnv func(string) (string, bool)) Report {
	text, err := os.ReadFile(file)
	if err != nil {
		report := unusable(file, Place{}, "cannot read the configuration: "+describeReadFailure(err))
		report.Unreadable = err
		return report
	}
	return CheckText(file, text, filepath.Dir(file), lookupEnv)
}

// CheckText checks what a pluginart.toml may hold. name is what problems call it by; folder is where relative paths begin.
func CheckText(name string, text []byte, folder string, lookupEnv func(string) (string, bool)) Report {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return unusable(name, Place{}, "the file is not UTF-8 text")
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return unusable(name, Place{}, "cannot find the folder of the configuration: "+err.Error())
	}
	root, syntax := parseTOML(text)
	if syntax != nil {
		return unusable(name, syntax.place, "not valid TOML: "+syntax.message)
	}
	c := &checker{
		reporter:  reporter{file: name, root: root, faulty: map[int]bool{}},
		folder:    folder,
		lookupEnv: lookupEnv,
	}
	return c.run()
}

func unusable(name string, place Place, message string) Report {
	return Report{Problems: []Problem{{File: name, Place: place, Message: message}}}
}

type checker struct {
	reporter
	folder    string
	lookupEnv func(string) (string, bool)
}

var rootRules = []rule{
	{"version", true, checkVersion},
	{"defaults", false, nothing},
	{"plugins", false, nothing},
}

func checkVersion(r *reporter, at field, _ *entry) {
	if at.value.kind != kindNumber || at.value.number != 1 {
		r.wrong(at, "must be 1")
	}
}

func (c *checker) run() Report {
	whole := field{value: c.root, plugin: wholeFile}
	c.checkTable(rootRules, whole, nil, func(key string) string { return describeUnknown(key, rootRules) })
	defaults := c.checkDefaults()
	plugins := c.checkPlugins(defaults)
	if c.root.at("plugins") == nil && len(c.problems) == 0 {
		c.warn(wholeFile, c.root.place, "no plugin is configured: add a [[plugins]] entry")
	}
	return Report{Plugins: plugins, Problems: sorted(c.problems), Warnings: sorted(c.warnings)}
}

func (c *checker) checkDefaults() settings {
	var defaults entry
	value := c.root.at("defaults")
	if value == nil {
		return defaults.settings
	}
	at := field{value: value, name: "defaults", plugin: wholeFile}
	if !c.expect(at, kindTable) {
		return defaults.settings
	}
	c.checkTable(settingRules, at, &defaults, func(key string) string {
		for _, kind := range pluginTypes {
			if hasRule(pluginRules[kind], key) && !hasRule(settingRules, key) {
				return fmt.Sprintf("%s has no default: it stands in each [[plugins]] entry", quoted(key))
			}
		}
		return describeUnknown(key, settingRules)
	})
	return defaults.settings
}

func (c *checker) checkPlugins(defaults settings) []supervise.Spec {
	plugins := c.root.at("plugins")
	if plugins == nil {
		return nil
	}
	if plugins.kind != kindList {
		c.problem(wholeFile, plugins.place, `plugins must be a list: write "[[plugins]]" before each plugin, with two brackets`)
		return nil
	}
	c.checkNames(plugins.list)
	specs := make([]supervise.Spec, 0, len(plugins.list))
	for index, value := range plugins.list {
		if spec, ok := c.checkPlugin(index, value, defaults); ok {
			specs = append(specs, spec)
		}
	}
	return specs
}

func (c *checker) checkNames(plugins []*node) {
	first := map[string]int{}
	for index, plugin := range plugins {
		name := plugin.textAt("name")
		if name == "" {
			continue
		}
		if line, taken := first[name]; taken {
			at := field{value: plugin.at("name"), name: "name", plugin: index}
			c.wrong(at, fmt.Sprintf("is taken already, in line %d: each plugin needs its own", line))
			continue
		}
		first[name] = plugin.at("name").place.Line
	}
}

func (c *checker) checkPlugin(index int, value *node, defaults settings) (supervise.Spec, bool) {
	at := field{value: value, name: fmt.Sprintf("plugins[%d]", index), plugin: index}
	if !c.expect(at, kindTable) {
		return supervise.Spec{}, false
	}
	e := entry{container: launch.NewDocker("")}
	at.name = ""
	kind, known := typeOf(value)
	if known {
		c.checkTable(pluginRules[kind], at, &e, func(key string) string { return describeUnfit(key, kind) })
	} else {
		c.wrong(field{value: value.at("type"), name: "type", plugin: index}, `must be "binary", "docker" or "remote"`)
	}
	if network := value.at("network"); kind == typeDocker && network != nil && !c.faulty[index] {
		checkNetwork(&c.reporter, field{value: network, name: "network", plugin: index}, &e)
	}
	contract := c.checkContract(at)
	token := c.checkToken(at, kind, e.tokenEnv)
	if c.faulty[index] {
		return supervise.Spec{}, false
	}
	if kind == typeRemote && token == nil && !isLoopback(e.host) {
		c.warn(index, value.place, "nothing proves who answers at this address: set token_env to share a secret with the plugin")
	}
	return resolvePlugin(&e, kind, defaults, c.folder, contract, token), true
}

// typeOf is the type that an entry names; known is false where that is none.
func typeOf(plugin *node) (kind string, known bool) {
	value := plugin.at("type")
	if value == nil {
		return typeBinary, true
	}
	for _, kind := range pluginTypes {
		if value.kind == kindText && value.text == kind {
			return kind, true
		}
	}
	return "", false
}

func describeUnfit(key, kind string) string {
	var fitting []string
	for _, other := range pluginTypes {
		if hasRule(pluginRules[other], key) {
			fitting = append(fitting, quoted(other))
		}
	}
	if len(fitting) > 0 {
		return fmt.Sprintf("%s does not fit type %q: it belongs to type %s", quoted(key), kind, strings.Join(fitting, " or "))
	}
	return describeUnknown(key, pluginRules[kind])
}

func (c *checker) checkContract(at field) string {
	contractHash, schema := at.value.textAt("contract_hash"), at.value.textAt("schema")
	if !contractHashPattern.MatchString(contractHash) {
		contractHash = ""
	}
	// A value of the wrong shape was reported before; here it only must not pass for absent.
	if contractHash == "" && schema == "" && (at.value.at("contract_hash") != nil || at.value.at("schema") != nil) {
		return ""
	}
	hash, wrong, key := settleContract(contractHash, schema, c.folder)
	if wrong != "" {
		place := at.value.place
		if key != "" {
			place = at.value.at(key).place
		}
		c.problem(at.plugin, place, wrong)
	}
	return hash
}

func (c *checker) checkToken(at field, kind, variable string) []byte {
	if kind != typeRemote || variable == "" {
		return nil
	}
	token, wrong := readToken(variable, c.lookupEnv)
	if wrong != "" {
		c.problem(at.plugin, at.value.at("token_env").place, wrong)
	}
	return token
}
