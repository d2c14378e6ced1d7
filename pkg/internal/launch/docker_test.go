package launch

import (
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
)

func samplePlan() *containerPlan {
	return &containerPlan{
		name: "pluginart-abc123-echo-1", labels: map[string]string{"pluginart.plugin": "echo"},
		address: Address{Host: loopback, Port: 4321}, token: []byte{0xab, 0xcd},
	}
}

func TestAConfigurationThatSaysNothingGivesTheNarrowestContainer(t *testing.T) {
	spec := NewDocker("acme/echo:1")
	spec.Args = []string{"-v"}
	run, err := newDockerRun(spec, samplePlan(), map[string]string{"PATH": "/bin"})
	want := "run --interactive --init --rm --log-driver none --pull never --name pluginart-abc123-echo-1 " +
		"--label pluginart.plugin=echo --publish 127.0.0.1:4321:4321 --env PLUGIN_ADDR --env PLUGIN_LIFELINE --env PLUGIN_TOKEN " +
		"--env PLUGIN_TOKEN_FOR --cap-drop ALL --security-opt no-new-privileges --read-only --tmpfs /tmp:mode=1777,size=64m " +
		"--pids-limit 512 acme/echo:1 -v"
	if err != nil || strings.Join(run.args, " ") != want || run.envFile != "" {
		t.Errorf("%q, %q, %v; want %q", strings.Join(run.args, " "), run.envFile, err, want)
	}
	variables := map[string]string{
		"PATH": "/bin", "PLUGIN_ADDR": "0.0.0.0:4321", "PLUGIN_TOKEN": "abcd", "PLUGIN_TOKEN_FOR": "0.0.0.0:4321",
		"PLUGIN_LIFELINE": "stdin",
	}
	if !reflect.DeepEqual(run.variables, variables) {
		t.Errorf("%q", run.variables)
	}
}

func TestASocketsFolderIsMountedWhateverItIsCalled(t *testing.T) {
	plan := samplePlan()
	plan.socketFolder = `/tmp/a,"b/echo-1`
	plan.address = Address{Path: plan.socketFolder + "/plugin.sock"}
	run, err := newDockerRun(NewDocker("x"), plan, map[string]string{})
	if err != nil || slices.Contains(run.args, "--publish") ||
		!slices.Contains(run.args, `type=bind,"source=/tmp/a,""b/echo-1",target=/run/pluginart`) {
		t.Errorf("%q, %v", run.args, err)
	}
	if run.variables["PLUGIN_SOCKET"] != "/run/pluginart/plugin.sock" || run.variables["PLUGIN_TOKEN_FOR"] != "/run/pluginart/plugin.sock" {
		t.Errorf("%q", run.variables)
	}
}

func TestNoVariableOfThePluginSteersTheClient(t *testing.T) {
	spec := NewDocker("x")
	spec.Env = map[string]string{
		"A": "1", "LINES": "x\ny", "LANG": "de", "HOME": "/h", "DOCKER_HOST": "tcp://x", "o.dd": "2", "https_proxy": "p",
	}
	client := map[string]string{"PATH": "/bin", "LANG": "C", "HOME": "/root"}
	run, err := newDockerRun(spec, samplePlan(), client)
	if err != nil {
		t.Fatal(err)
	}
	if want := "DOCKER_HOST=tcp://x\nHOME=/h\nLANG=de\nhttps_proxy=p\no.dd=2\n"; run.envFile != want {
		t.Errorf("%q, want %q", run.envFile, want)
	}
	for name, value := range map[string]string{"A": "1", "LINES": "x\ny", "PATH": "/bin", "LANG": "C", "HOME": "/root"} {
		if run.variables[name] != value {
			t.Errorf("%s is %q", name, run.variables[name])
		}
	}
	spec.Env["HOME"] = "a\nb"
	if _, err := newDockerRun(spec, samplePlan(), client); err == nil || !strings.Contains(err.Error(), "the variable HOME cannot") {
		t.Error(err)
	}
}

// As clients from 20.10 to 29 say it, which the engine of a test has only one of.
var dockerSayings = []struct {
	line string
	code int
	want string
}{
	{"docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?.", 125, `^no docker engine answers at unix:///var/run/docker\.sock: start it`},
	{"docker: failed to connect to the docker API at unix:///x.sock; check if the path is correct", 125, `^no docker engine answers at unix:///x\.sock: start it`},
	{`docker: error during connect: Head "http://build:2375/_ping": dial tcp: lookup build: no such host.`, 125, `^no docker engine answers: start it`},
	{"docker: Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Post.", 125, `^this user may not talk to the docker engine at unix:///var/run/docker\.sock: add it`},
	{"docker: Error: No such image: acme/echo:1.", 125, `^the engine has no image "acme/echo:1"`},
	{"docker: Error response from daemon: Bind for 127.0.0.1:1 failed: port is already allocated.", 125, `^each port that was tried`},
	{`unable to resolve docker endpoint: context "nope" does not exist`, 1, `^there is no docker context "nope"`},
	{`Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /x`, 1, `^there is no docker context "nope"`},
	{"exec /plugin: exec format error", 1, `^the program of image "acme/echo:1" is built for another kind`},
	{"WARNING: The requested image's platform (linux/arm64) does not match the detected host platform (linux/amd64) and no\n[FATAL tini (7)] exec /x failed: Exec format error", 1, `is built for linux/arm64, and the engine runs linux/amd64:`},
	{"[FATAL tini (7)] exec /x failed: No such file or directory", 127, `^image "acme/echo:1" has no program /x`},
	{"[FATAL tini (7)] exec /x failed: Permission denied", 126, `^/x of image "acme/echo:1" is not executable`},
	{`docker: Error response from daemon: exec: "docker-init": executable file not found in $PATH.`, 125, `^the engine has no docker-init: install it`},
	{"docker: Error response from daemon: network n not found.", 125, `^the engine has no network n: docker network create it`},
	{"docker: Error response from daemon: something new.", 125, `^docker could not run it$`},
	{"Error: no such image: cat.png", 1, `^$`},
	{"docker: Error response from daemon: No such image: x", 3, `^$`},
	{"sh: 1: foo: not found", 127, `^$`},
}

func TestWhatDockerSaysIsToldFromWhatThePluginSays(t *testing.T) {
	for _, saying := range dockerSayings {
		evidence := &fault.Evidence{ExitCode: saying.code, Stderr: strings.Split(saying.line, "\n")}
		what, taken := whyRefused(NewDocker("acme/echo:1"), evidence)
		if !regexp.MustCompile(saying.want).MatchString(what) {
			t.Errorf("%s: %q, want %s", saying.line, what, saying.want)
		}
		if taken != strings.Contains(saying.line, "port is") {
			t.Errorf("%s: port taken %v", saying.line, taken)
		}
	}
}

func TestOnlyProcessesThatCanBeSeenAreJudged(t *testing.T) {
	own := strings.Split(hostIdentity(), "/")
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	gone := []string{own[0], strconv.Itoa(ended.ProcessState.Pid()), own[2]}
	for identity, want := range map[string]bool{
		hostIdentity():                   false,
		own[0] + "/" + own[1] + "/1":     exists("/proc/self/stat"),
		strings.Join(gone, "/"):          true,
		"elsewhere/" + own[1] + "/1":     false,
		own[0] + "/0/1":                  false,
		own[0] + "/-1/1":                 false,
		own[0]:                           false,
		"":                               false,
		own[0] + "/" + own[1] + "/1/2/3": false,
	} {
		if got := isCertainlyGone(identity); got != want {
			t.Errorf("%q is gone: %v", identity, got)
		}
	}
}

func TestANamelessFileCanBeReadOnce(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	file, err := openNameless("A=b\n")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	entries, err := os.ReadDir(os.TempDir())
	text := make([]byte, 10)
	count, _ := file.Read(text)
	if err != nil || len(entries) != 0 || string(text[:count]) != "A=b\n" {
		t.Errorf("%v, %v, %q", entries, err, text[:count])
	}
}
