package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

func variable(name, value string) func(string) (string, bool) {
	return func(asked string) (string, bool) { return value, asked == name }
}

func checkGood(t *testing.T, text string, lookupEnv func(string) (string, bool)) (string, Report) {
	t.Helper()
	file := writeConfig(t, text)
	report := Check(file, lookupEnv)
	if len(report.Problems) > 0 {
		t.Fatalf("problems: %s", strings.Join(lines(report.Problems), "\n"))
	}
	return filepath.Dir(file), report
}

func TestTheShortestEntryGetsEveryDefault(t *testing.T) {
	folder, report := checkGood(t, "version = 1\n[[plugins]]\nname = \"echo\"\npath = \"./bin/echo\"\ncontract_hash = \""+hash+"\"\n", noVariables)
	want := supervise.Spec{
		Name: "echo",
		Launch: &launch.Binary{
			Path: filepath.Join(folder, "bin/echo"), Transport: launch.Unix, Dir: folder,
		},
		ContractHash: hash, StartupTimeout: 5 * time.Second, ShutdownTimeout: 10 * time.Second,
		HealthInterval: 2 * time.Second, MaxRestarts: 5, RestartBackoffMax: 30 * time.Second,
		StableAfter: 10 * time.Second, UnresponsiveTimeout: 30 * time.Second, CallTimeout: 30 * time.Second,
		MaxMessageBytes: 4_194_304, MinProtocol: 1,
	}
	if !reflect.DeepEqual(report.Plugins, []supervise.Spec{want}) {
		t.Errorf("got %+v", report.Plugins)
	}
	if len(report.Warnings) != 0 {
		t.Errorf("warnings %v", report.Warnings)
	}
}

func TestAnEntryOverridesTheDefaults(t *testing.T) {
	folder, report := checkGood(t, `
version = 1
defaults.call_timeout = "0s"
defaults.startup_timeout = "1m"
[[plugins]]
name = "a"
path = "a"
contract_hash = "`+hash+`"
startup_timeout = "1500ms"
cwd = "sub"
inherit_env = ["HOME"]
optional = true
[plugins.env]
B = "2"
[[plugins]]
name = "b"
path = "/usr/bin/b"
contract_hash = "`+hash+`"
transport = "tcp"
inherit_env = false
`, noVariables)
	a, b := report.Plugins[0], report.Plugins[1]
	if a.StartupTimeout != 1500*time.Millisecond || a.CallTimeout != 0 || !a.Optional || b.StartupTimeout != time.Minute {
		t.Errorf("got %+v and %+v", a, b)
	}
	wantA := &launch.Binary{
		Path: "a", Transport: launch.Unix, Env: map[string]string{"B": "2"},
		Inherit: launch.Inherit{Names: []string{"HOME"}}, Dir: filepath.Join(folder, "sub"),
	}
	wantB := &launch.Binary{Path: "/usr/bin/b", Transport: launch.TCP, Inherit: launch.Inherit{None: true}, Dir: folder}
	if !reflect.DeepEqual(a.Launch, wantA) || !reflect.DeepEqual(b.Launch, wantB) {
		t.Errorf("launches %+v and %+v", a.Launch, b.Launch)
	}
}

func TestDockerAndRemoteEntries(t *testing.T) {
	secret := strings.Repeat("5ec4e7aa", 8)
	_, report := checkGood(t, `
version = 1
[[plugins]]
name = "d"
type = "docker"
image = "acme/echo:1.2"
contract_hash = "`+hash+`"
resources = { memory = "256m", cpus = 1.5 }
[[plugins]]
name = "relaxed"
type = "docker"
image = "acme/echo:1.2"
contract_hash = "`+hash+`"
args = ["-v"]
transport = "unix"
env = { A = "b" }
resources = { pids = 64 }
pull = "missing"
user = "1000:1000"
network = "none"
read_only = false
tmp_size = "1g"
no_new_privileges = false
capabilities = ["NET_BIND_SERVICE"]
[[plugins]]
name = "r"
type = "remote"
address = "[::1]:9000"
contract_hash = "`+hash+`"
dial_timeout = "1s"
token_env = "ECHO_TOKEN"
[[plugins]]
name = "s"
type = "remote"
address = "plugins.example.com:443"
contract_hash = "`+hash+`"
`, variable("ECHO_TOKEN", secret))
	remote, ok := report.Plugins[2].Launch.(*launch.Remote)
	if !ok || remote.Host != "::1" || remote.Port != 9000 || remote.DialTimeout != time.Second || len(remote.Token) != 32 {
		t.Errorf("remote %+v", remote)
	}
	narrow := launch.NewDocker("acme/echo:1.2")
	narrow.Memory, narrow.CPUs = "256m", 1.5
	relaxed := &launch.Docker{
		Image: "acme/echo:1.2", Args: []string{"-v"}, Transport: launch.Unix, Env: map[string]string{"A": "b"}, PIDs: 64,
		Pull: "missing", User: "1000:1000", Network: "none", TmpSize: "1g", Capabilities: []string{"NET_BIND_SERVICE"},
	}
	for index, want := range []*launch.Docker{narrow, relaxed} {
		if !reflect.DeepEqual(report.Plugins[index].Launch, want) {
			t.Errorf("docker %+v", report.Plugins[index].Launch)
		}
	}
	warnings := lines(report.Warnings)
	if len(warnings) != 1 || !regexp.MustCompile(`^p\.toml:32:1: plugin "s": nothing proves who answers .* token_env`).MatchString(warnings[0]) {
		t.Errorf("warnings %q", warnings)
	}
}

func TestTheContractHashComesFromTheSchemaFile(t *testing.T) {
	computed := hashOf([]byte("namespace echo;\n"))
	for _, claim := range []string{"", "contract_hash = \"" + computed + "\"\n"} {
		_, report := checkGood(t, "version = 1\n[[plugins]]\nname = \"echo\"\npath = \"a\"\nschema = \"echo.fbs\"\n"+claim, noVariables)
		if report.Plugins[0].ContractHash != computed {
			t.Errorf("hash %s, want %s", report.Plugins[0].ContractHash, computed)
		}
	}
}

func TestEveryErrorOfAFileComesAtOnceInOrder(t *testing.T) {
	report := Check(writeConfig(t, `version = 3
[defaults]
call_timeout = "soon"
[[plugins]]
name = "a"
pth = "a"
[[plugins]]
name = "good"
path = "good"
contract_hash = "`+hash+`"
[[plugins]]
name = "a"
path = "b"
schema = "missing.fbs"
`), noVariables)
	var places []int
	for _, problem := range report.Problems {
		places = append(places, problem.Place.Line)
	}
	if !reflect.DeepEqual(places, []int{1, 3, 4, 4, 6, 12, 14}) {
		t.Errorf("lines %v:\n%s", places, strings.Join(lines(report.Problems), "\n"))
	}
	if len(report.Plugins) != 1 || report.Plugins[0].Name != "good" {
		t.Errorf("usable plugins %+v", report.Plugins)
	}
}

func TestASecretOfTheWrongFormIsNeverRepeated(t *testing.T) {
	text := "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \"" + hash + "\"\ntype = \"remote\"\naddress = \"localhost:1\"\ntoken_env = \"T\"\n"
	problems := strings.Join(lines(Check(writeConfig(t, text), variable("T", "hunter2")).Problems), "\n")
	if !strings.Contains(problems, "T, which does not hold 16 to 64 bytes as hex digits") || strings.Contains(problems, "hunter2") {
		t.Error(problems)
	}
}

func TestAByteOrderMarkIsNoFaultOtherBytesAre(t *testing.T) {
	_, report := checkGood(t, "\ufeffversion = 1\r\n", noVariables)
	if len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0].Message, "no plugin is configured") {
		t.Errorf("warnings %v", report.Warnings)
	}
	report = Check(writeConfig(t, "v\xff\xfe"), noVariables)
	if len(report.Problems) != 1 || report.Problems[0].Message != "the file is not UTF-8 text" {
		t.Errorf("problems %v", report.Problems)
	}
}

func TestColumnsCountUTF16Units(t *testing.T) {
	report := Check(writeConfig(t, "version = 1\n\"\U0001F600é\" = 1\nplugins = [{ \"\U0001F600\" = 1, name = 2 }]\n"), noVariables)
	found := strings.Join(lines(report.Problems), "\n")
	for _, want := range []string{"p.toml:2:1: unknown key", "p.toml:3:14: unknown key", "p.toml:3:31: name must be a string"} {
		if !strings.Contains(found, want) {
			t.Errorf("no %q in\n%s", want, found)
		}
	}
}

func TestLoadGivesOneErrorThatListsEverything(t *testing.T) {
	file := writeConfig(t, "version = 1\n[[plugins]]\nname = \"echo\"\ncontract_hash = \""+hash+"\"\npath = 1\nargs = 2\n")
	_, _, err := Load(file)
	if fault.CodeOf(err) != fault.ConfigInvalid {
		t.Fatalf("code %v", fault.CodeOf(err))
	}
	if !regexp.MustCompile(`(?s)^2 errors in the configuration:\n  \S*pluginart\.toml:5:8: .*\n  \S*pluginart\.toml:6:8: `).MatchString(err.Error()) {
		t.Error(err)
	}
	missing := filepath.Join(t.TempDir(), "none.toml")
	if _, _, err := Load(missing); !errors.Is(err, fs.ErrNotExist) || err.Error() != missing+": cannot read the configuration: there is no such file" {
		t.Error(err)
	}
	if _, _, err := Load(os.TempDir()); err == nil || !strings.Contains(err.Error(), "it is a directory") {
		t.Error(err)
	}
}

func FuzzCheck(f *testing.F) {
	for _, test := range refusals {
		f.Add([]byte(test.text))
	}
	file := filepath.Join(f.TempDir(), "pluginart.toml")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		report := Check(file, noVariables)
		for _, problem := range append(report.Problems, report.Warnings...) {
			if problem.Message == "" || strings.Contains(problem.String(), "\n") {
				t.Errorf("%q is no line", problem.String())
			}
		}
	})
}
