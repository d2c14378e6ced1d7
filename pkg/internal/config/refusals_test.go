package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const hash = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// refusals are the cases of the TypeScript runtime's refusals.test.ts: what a file says, and the problems found.
var refusals = []struct {
	name     string
	text     string
	problems []string
}{
	{"an unknown key, with the nearest", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npth = \"a\"\npath = \"a\"\n", []string{`^p\.toml:5:1: plugin "echo": unknown key "pth"; did you mean "path"\?$`}},
	{"an unknown key that is near nothing", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nzzzzzzzz = 1\n", []string{`5:1|6:1: plugin "echo": unknown key "zzzzzzzz"; known here: type, path, args`}},
	{"a table of unknown name", "version = 1\n[[plugin]]\nname = \"a\"\n", []string{`:2:3: unknown key "plugin"; did you mean "plugins"\?`}},
	{"one bracket", "version = 1\n[plugins]\nname = \"a\"\n", []string{`:2:1: plugins must be a list: write "\[\[plugins\]\]"`}},
	{"no version", "[[plugins]]\nname = \"a\"\npath = \"a\"\ncontract_hash = \"" + hash + "\"", []string{`:1:1: version is missing: begin`}},
	{"another version", "version = 2\n", []string{`:1:11: version must be 1$`}},
	{"a version as a string", "version = \"1\"\n", []string{`:1:11: version must be 1$`}},
	{"defaults that belong to a plugin", "version = 1\n[defaults]\nimage = \"x\"\n", []string{`:3:1: "image" has no default`}},
	{"a misspelt default", "version = 1\n[defaults]\ncall_timout = \"1s\"\n", []string{`:3:1: unknown key "call_timout"; did you mean "call_timeout"\?`}},
	{"a key of another type", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\naddress = \"a:1\"\nresources = {}\n", []string{`:6:1: plugin "echo": "address" does not fit type "binary": it belongs to type "remote"`, `:7:1: .*"resources" .* type "docker"`}},
	{"path on docker", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"docker\"\nimage = \"x\"\npath = \"a\"\ncwd = \"b\"\n", []string{`:7:1: .*"path" does not fit type "docker": it belongs to type "binary"`, `:8:1: .*"cwd"`}},
	{"unix on remote", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"remote\"\naddress = \"localhost:1\"\ntransport = \"unix\"\n", []string{`:7:13: .*transport must be "tcp"`}},
	{"a forgotten type", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\nimage = \"x\"\n", []string{`:2:1: .*path is missing, or type = "docker"`, `:5:1: .*"image" does not fit`}},
	{"a wrong type", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"dokcer\"\nimage = \"x\"\n", []string{`:5:8: plugin "echo": type must be "binary", "docker" or "remote"`}},
	{"a missing path", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\n\n", []string{`:2:1: plugin "echo": path is missing$`}},
	{"a missing name", "version = 1\n[[plugins]]\npath = \"a\"\nschema = \"echo.fbs\"\n", []string{`:2:1: name is missing$`}},
	{"a name with a slash", "version = 1\n[[plugins]]\nname = \"a/b\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\n", []string{`:3:8: name must be 1 to 64 letters`}},
	{"a number for a string", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = 7\n", []string{`:5:8: plugin "echo": path must be a string, not a number: put it in double quotes`}},
	{"a string for a list", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nargs = \"x\"\n", []string{`:6:8: .*args must be a list, not a string`}},
	{"a wrong element", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nargs = [\"x\",\n  8080]\n", []string{`:7:3: .*args\[1\] must be a string, not a number`}},
	{"a number in env", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\n[plugins.env]\nPORT = 8080\n", []string{`:7:8: .*env\.PORT must be a string, not a number: put`}},
	{"PLUGIN_ in env", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nenv = { A = \"1\", PLUGIN_TOKEN = \"x\" }\n", []string{`:6:18: .*env\.PLUGIN_TOKEN may not be set`}},
	{"a bad duration", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\ncall_timeout = \"5\"\n", []string{`:6:16: .*call_timeout "5" lacks a unit .*; write a duration such as`}},
	{"no time to start", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nstartup_timeout = \"0s\"\n", []string{`:6:19: .*startup_timeout "0s" must be above zero`}},
	{"a number for a duration", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\ncall_timeout = 5\n", []string{`:6:16: .*call_timeout must be a string, not a number`}},
	{"a fraction of a restart", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nmax_restarts = 1.5\n", []string{`:6:16: .*max_restarts must be an integer from 0 to`}},
	{"tiny messages", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nmax_message_bytes = 0\n", []string{`:6:21: .*max_message_bytes must be an integer from 1024 to 4294967295`}},
	{"protocol 3", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nmin_protocol = 3\n", []string{`:6:16: .*min_protocol must be 1 or 2`}},
	{"compression", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\ncompression = \"zstd\"\n", []string{`:6:15: .*compression must be "none": .* not available yet`}},
	{"a bad address", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"remote\"\naddress = \"::1:9000\"\n", []string{`:6:11: .*address must be "host:port"`}},
	{"a short hash", "version = 1\n[[plugins]]\nname = \"a\"\ncontract_hash = \"sha256:abc\"\npath = \"a\"\n", []string{`:4:17: .*contract_hash must be "sha256:" and 64`}},
	{"no contract", "version = 1\n[[plugins]]\nname = \"a\"\npath = \"a\"\n", []string{`:2:1: plugin "a": contract_hash or schema is missing`}},
	{"no such schema", "version = 1\n[[plugins]]\nname = \"a\"\npath = \"a\"\nschema = \"x.fbs\"\n", []string{`:5:10: .*schema "x\.fbs" cannot be read: there is no such file`}},
	{"a contract that differs", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\nschema = \"echo.fbs\"\n", []string{`:4:17: .*contract_hash is sha256:a{64}, but "echo\.fbs" has sha256:[0-9a-f]{64}: correct it`}},
	{"a name twice", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\npath = \"a\"\n[[plugins]]\nname = \"echo\"\npath = \"b\"\nschema = \"echo.fbs\"\n", []string{`:7:8: plugin "echo": name is taken already, in line 3`}},
	{"a docker flag for an image", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"docker\"\nimage = \"--privileged\"\n", []string{`:6:9: .*image must be the name of a Docker image`}},
	{"a port of a container without a network", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"docker\"\nimage = \"x\"\nnetwork = \"none\"\n", []string{`:7:11: .*network publishes no port, so it needs transport = "unix"`}},
	{"a container in the host's network", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"docker\"\nimage = \"x\"\nnetwork = \"host\"\n", []string{`:7:11: .*network publishes no port`}},
	{"values that docker would refuse", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"docker\"\nimage = \"x\"\npull = \"yes\"\nuser = \"-u\"\ntmp_size = \"64 MB\"\ncapabilities = [\"net_admin\"]\n", []string{`:7:8: .*pull must be "never", "missing" or "always"`, `:8:8: .*user must be a user such as`, `:9:12: .*tmp_size must be a size such as "64m"`, `:10:17: .*capabilities\[0\] must be the name of a capability`}},
	{"limits that are none", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"docker\"\nimage = \"x\"\nresources = { pids = 0, cpu = 1 }\n", []string{`:7:22: .*resources\.pids must be an integer from 1 to 4194304`, `:7:25: .*unknown key "cpu"; did you mean "cpus"`}},
	{"no TOML", "version = 1\nname = \n", []string{`:2:\d+: not valid TOML: `}},
	{"an inherited name", "version = 1\n[constructor]\nx = 1\n", []string{`:2:2: unknown key "constructor"`}},
	{"a key with a line end", "version = 1\n\"a\\nb\" = 1\n", []string{`unknown key "a\\u000ab"`}},
	{"a secret that is not set", "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"remote\"\naddress = \"localhost:1\"\ntoken_env = \"NOT_THERE\"\n", []string{`:7:13: .*NOT_THERE, which is not set`}},
	{"a plugin that is no table", "version = 1\nplugins = [1]\n", []string{`:2:12: plugins\[0\] must be a table, not a number`}},
}

func noVariables(string) (string, bool) { return "", false }

// writeConfig makes a folder with echo.fbs and the given pluginart.toml, and returns the latter's path.
func writeConfig(t *testing.T, text string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "echo.fbs"), []byte("namespace echo;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "pluginart.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func lines(problems []Problem) []string {
	text := make([]string, len(problems))
	for index, problem := range problems {
		problem.File = "p.toml"
		text[index] = problem.String()
	}
	return text
}

func TestRefusals(t *testing.T) {
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			report := Check(writeConfig(t, test.text), noVariables)
			problems := lines(report.Problems)
			if len(problems) != len(test.problems) {
				t.Fatalf("%d problems, want %d:\n%s", len(problems), len(test.problems), strings.Join(problems, "\n"))
			}
			for index, pattern := range test.problems {
				if !regexp.MustCompile(pattern).MatchString(problems[index]) {
					t.Errorf("%q does not match %s", problems[index], pattern)
				}
			}
		})
	}
}
