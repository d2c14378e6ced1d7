package runtime

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

func TestCallsIntoAContainer(t *testing.T) {
	image := needsDocker(t)
	for _, transport := range []launch.Transport{launch.TCP, launch.Unix} {
		t.Run(string(transport), func(t *testing.T) {
			m := startedManager(t, dockerSpec(image, "plugin", func(container *launch.Docker) { container.Transport = transport }))
			m.echoes("echo", "hello")
			m.echoes("echo", strings.Repeat("x", 2_000_000))
			if status := m.Status()[0]; status.Protocol != 2 {
				t.Errorf("protocol %d", status.Protocol)
			}
			if err := m.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			noContainers(t)
		})
	}
}

func TestAContainerMayDoAsLittleAsPossible(t *testing.T) {
	m := startedManager(t, dockerSpec(needsDocker(t), "plugin", func(container *launch.Docker) { container.User = "0:0" }))
	for command, want := range map[string]string{
		"read /proc/self/status":   `(?m)^CapEff:\s0{16}\nCapBnd:\s0{16}\n(.*\n)*NoNewPrivs:\s1$`,
		"read /proc/self/mounts":   `(?m)^tmpfs /tmp tmpfs rw,nosuid,nodev,noexec,.*size=65536k`,
		"write /plugin-was-here":   `read-only file system`,
		"write /tmp/plugin-may-it": `^write /tmp/plugin-may-it$`,
	} {
		if answer, err := m.send("echo", command, 0); err != nil || !regexp.MustCompile(want).MatchString(answer) {
			t.Errorf("%s: %q, %v; want %s", command, answer, err, want)
		}
	}
	name := containersOf(t, os.Getpid())[0]
	format := "{{.HostConfig.PidsLimit}} {{.HostConfig.LogConfig.Type}} {{json .HostConfig.PortBindings}}"
	_, port := splitAddress(t, m.Status()[0].Address)
	want := fmt.Sprintf(`512 none {"%d/tcp":[{"HostIp":"127.0.0.1","HostPort":"%d"}]}`, port, port)
	if got := dockerOutput(t, "inspect", "--format", format, name); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAContainerIsRelaxedByItsSpec(t *testing.T) {
	m := startedManager(t, dockerSpec(needsDocker(t), "plugin", overUnix, func(container *launch.Docker) {
		container.User, container.Network = "0:0", "none"
		container.Capabilities, container.NoNewPrivileges, container.ReadOnly = []string{"NET_BIND_SERVICE"}, false, false
		container.Memory, container.CPUs, container.PIDs, container.TmpSize = "200m", 0.5, 64, "1m"
	}))
	for command, want := range map[string]string{
		"read /proc/self/status": `(?m)^CapEff:\s0{13}400\n(.*\n)*NoNewPrivs:\s0$`,
		"read /proc/self/mounts": `(?m)^tmpfs /tmp .*size=1024k`,
		"write /plugin-was-here": `^write /plugin-was-here$`,
	} {
		if answer, err := m.send("echo", command, 0); err != nil || !regexp.MustCompile(want).MatchString(answer) {
			t.Errorf("%s: %q, %v; want %s", command, answer, err, want)
		}
	}
	name := containersOf(t, os.Getpid())[0]
	format := "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{.HostConfig.NetworkMode}}"
	if got := dockerOutput(t, "inspect", "--format", format, name); got != "209715200 500000000 64 none" {
		t.Error(got)
	}
}

func TestNothingSecretStandsInTheListOfProcesses(t *testing.T) {
	variables := map[string]string{"SECRET": "for-nobody-else", "odd.secret": "for-nobody-else", "LINES": "a\nb", "HOME": "/h"}
	m := startedManager(t, dockerSpec(needsDocker(t), "plugin", func(container *launch.Docker) {
		for name, value := range variables {
			container.Env[name] = value
		}
	}))
	answer, err := m.send("echo", "env", 0)
	for name, value := range variables {
		if err != nil || !strings.Contains(answer, fmt.Sprintf("%q", name+"="+value)) {
			t.Errorf("%s is not in %s, %v", name, answer, err)
		}
	}
	if strings.Contains(answer, "PLUGIN_TOKEN") {
		t.Error("the token stays")
	}
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", m.Status()[0].PID))
	if err != nil || !strings.Contains(string(line), "\x00--env\x00PLUGIN_TOKEN\x00") || strings.Contains(string(line), "for-nobody-else") {
		t.Errorf("%q, %v", line, err)
	}
}

func TestAContainerThatDiesIsStartedAgain(t *testing.T) {
	m := startedManager(t, dockerSpec(needsDocker(t), "plugin", func(container *launch.Docker) { container.Memory = "100m" }))
	for _, death := range []struct {
		cause func(container string)
		want  string
	}{
		{func(string) { m.later("echo", "crash", 0) }, `exited with code 7; its last words: panic: told to crash`},
		{func(string) { m.later("echo", "eat", 0) }, `was killed for want of memory \(resources.memory is 100m\)`},
		{func(container string) { dockerOutput(t, "kill", container) }, `was killed by SIGKILL, by somebody else`},
		{func(string) { _ = syscall.Kill(m.Status()[0].PID, syscall.SIGKILL) }, `lost its docker client, which was killed by SIGKILL`},
	} {
		hanging := m.later("echo", "hang", 0)
		eventually(t, "it is with the plugin", func() bool { return m.Status()[0].OpenCalls == 1 })
		first := containersOf(t, os.Getpid())
		death.cause(first[0])
		faultOf(t, <-hanging, fault.Unavailable, death.want)
		m.echoes("echo", "hello")
		eventually(t, "the old one is gone", func() bool {
			now := containersOf(t, os.Getpid())
			return len(now) == 1 && now[0] != first[0]
		})
	}
}

func TestCallsAreAnsweredBeforeAContainerStops(t *testing.T) {
	m := startedManager(t, dockerSpec(needsDocker(t), "plugin"))
	first, second := m.later("echo", "sleep 600", 0), m.later("echo", "sleep 800", 0)
	eventually(t, "both are with the plugin", func() bool { return m.Status()[0].OpenCalls == 2 })
	if err := m.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, call := range []<-chan error{first, second} {
		if err := <-call; err != nil {
			t.Error(err)
		}
	}
	noContainers(t)
}

func TestAContainersFloodNeitherBlocksItNorFillsTheHost(t *testing.T) {
	m := managerOf(t, dockerSpec(needsDocker(t), "plugin"))
	var seen atomic.Int64
	m.onLog = func(record LogRecord) { seen.Add(int64(len(record.Message))) }
	if err := m.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, stream := range []string{"stdout", "stderr"} {
		seen.Store(0)
		flood := m.later("echo", "flood "+stream+" 100", 0)
		m.echoes("echo", "hello")
		if err := <-flood; err != nil {
			t.Fatal(err)
		}
		eventually(t, "nearly all of it arrived", func() bool { return seen.Load() > 100<<20-1<<16 })
	}
}

func TestTwoHostsWithContainersKeepOutOfEachOthersWay(t *testing.T) {
	image := needsDocker(t)
	one, other := dockerSpec(image, "plugin"), dockerSpec(image, "v1", overUnix)
	other.Name = "other"
	first, second := startedManager(t, one, other), startedManager(t, one, other)
	if count := len(containersOf(t, os.Getpid())); count != 4 {
		t.Errorf("%d containers", count)
	}
	for _, m := range []*watched{first, second} {
		m.echoes("echo", "hello")
		m.echoes("other", "hello")
	}
	if err := first.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	second.echoes("echo", "still")
}

func TestAContainersREADYMayComeAMomentTooEarly(t *testing.T) {
	image := needsDocker(t)
	startedManager(t, dockerSpec(image, "early")).echoes("echo", "hello")
	faultOf(t, managerOf(t, dockerSpec(image, "deaf")).Start(t.Context()), fault.StartupFailed,
		`printed READY, but .*; it has to listen at PLUGIN_ADDR`)
}

func TestAContainerEndsWithItsHost(t *testing.T) {
	image := needsDocker(t)
	for _, role := range []string{"plugin", "v1"} {
		host := startDockerHost(t, image, role, "spin")
		if len(containersOf(t, host.command.Process.Pid)) != 1 {
			t.Error("no container")
		}
		host.kill(t, false)
		host.assertNothingLeft(t)
	}
	// By its lifeline.
	host := startDockerHost(t, image, "plugin", "stay")
	host.kill(t, true)
	host.assertNothingLeft(t)
}

func TestWhatIsLeftOfDeadHostsIsSweptAndNothingElse(t *testing.T) {
	image := needsDocker(t)
	living := startDockerHost(t, image, "v1", "stay")
	dead := startDockerHost(t, image, "v1", "stay")
	left := containersOf(t, dead.command.Process.Pid)
	dead.kill(t, true)
	if got := dockerOutput(t, "inspect", "--format", "{{.State.Running}}", left[0]); got != "true" {
		t.Errorf("running: %s", got)
	}
	startedManager(t, dockerSpec(image, "plugin"))
	dead.assertNothingLeft(t)
	if len(containersOf(t, living.command.Process.Pid)) != 1 || !isRunning(living.Client) {
		t.Error("the living was swept")
	}
	living.kill(t, false)
	living.assertNothingLeft(t)
}

func TestAContainerThatDoesNotStartSaysWhy(t *testing.T) {
	image := needsDocker(t)
	short := func(role string, changes ...func(*launch.Docker)) error {
		spec := dockerSpec(image, role, changes...)
		if role == "silent" {
			spec.StartupTimeout = 3 * time.Second
		}
		return managerOf(t, spec).Start(t.Context())
	}
	faultOf(t, short("exits"), fault.StartupFailed,
		`^plugin "echo" exited with code 3 before it was ready\n  stderr:\n    no database\n  stdout:\n    reading$`)
	faultOf(t, short("silent"), fault.StartupFailed, `has not printed READY alone on a line of stdout within 3 s \(startup_timeout\)`)
	faultOf(t, short("plugin", func(container *launch.Docker) { container.Image = "pluginart-no-such-image:1" }), fault.StartupFailed,
		`the engine has no image "pluginart-no-such-image:1": docker build or docker pull it`)
	faultOf(t, short("plugin", func(container *launch.Docker) { container.User = "nobody-here" }), fault.StartupFailed,
		`image "\S+" has no user "nobody-here": give its number`)
	faultOf(t, short("plugin", func(container *launch.Docker) { container.Env["DOCKER_HOST"] = "a\nb" }), fault.StartupFailed,
		`the variable DOCKER_HOST cannot be given to a container with a value of several lines`)
	t.Run("no engine", func(t *testing.T) {
		t.Setenv("DOCKER_HOST", "unix:///no/such/docker.sock")
		faultOf(t, short("plugin"), fault.StartupFailed, `no docker engine answers at unix:///no/such/docker.sock: start it`)
	})
	t.Run("no command", func(t *testing.T) {
		t.Setenv("PATH", "/no/such/folder")
		faultOf(t, short("plugin"), fault.StartupFailed, `there is no docker command on this host's PATH.*docker\.io`)
	})
	noContainers(t)
}

func TestContainersAreFoundByTheirLabels(t *testing.T) {
	image := needsDocker(t)
	startedManager(t, dockerSpec(image, "plugin"))
	name := containersOf(t, os.Getpid())[0]
	names := strings.Fields(dockerOutput(t, "ps", "--filter", "label=pluginart.plugin=echo", "--format", "{{.Names}}"))
	if !slices.Contains(names, name) || !regexp.MustCompile(`^pluginart-\w{6}-echo-\d+$`).MatchString(name) {
		t.Errorf("%s in %q", name, names)
	}
}
