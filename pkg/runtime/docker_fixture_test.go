package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// dockerImage is one with nothing but this test program, for all tests of a run; see removeImage.
var (
	dockerImage = sync.OnceValues(buildImage)
	imageTag    = fmt.Sprintf("pluginart-test-go:%d", os.Getpid())
	builtImage  atomic.Bool
)

func buildImage() (string, error) {
	folder, err := os.MkdirTemp("", "docker-test-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	// Linked to nothing, as there is nothing else in there.
	build := exec.Command("go", "test", "-c", "-o", filepath.Join(folder, "plugin"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	// What is removed with this image must not be what another is just being built upon.
	text := fmt.Sprintf("FROM scratch\nLABEL run=%d\nCOPY plugin /plugin\nUSER 1000\nENTRYPOINT [\"/plugin\"]\n", os.Getpid())
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(text), 0o600); err != nil {
		return "", err
	}
	_, err = docker("build", "--quiet", "--tag", imageTag, folder)
	builtImage.Store(err == nil)
	return imageTag, err
}

// removeImage is for the end of all tests.
func removeImage() {
	if builtImage.Load() {
		_, _ = docker("image", "rm", "--force", imageTag)
	}
}

// docker is what the command prints.
func docker(args ...string) (string, error) {
	output, err := exec.Command("docker", args...).Output()
	if failed, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("docker %s: %w: %s", strings.Join(args, " "), err, failed.Stderr)
	}
	return strings.TrimSpace(string(output)), err
}

func dockerOutput(t *testing.T, args ...string) string {
	t.Helper()
	output, err := docker(args...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// needsDocker skips a test where no engine answers; PLUGINART_STRICT=1 makes that a failure.
func needsDocker(t *testing.T) string {
	t.Helper()
	if _, err := docker("version"); err != nil {
		if os.Getenv("PLUGINART_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("NO TEST OF DOCKER PLUGINS: no docker engine answers")
	}
	image, err := dockerImage()
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// dockerSpec is a plugin in a container, as a configuration with nothing but the image would have it. role is TestMain's.
func dockerSpec(image, role string, changes ...func(*launch.Docker)) supervise.Spec {
	spec := pluginSpec("echo", role)
	container := launch.NewDocker(image)
	container.Env = map[string]string{"CONTRACT_HASH": contractHash, roleVariable: role}
	for _, change := range changes {
		change(container)
	}
	spec.Launch = container
	return spec
}

func overUnix(container *launch.Docker) { container.Transport = launch.Unix }

// containersOf are the containers of one host, by its process id, whatever state they are in.
func containersOf(t *testing.T, pid int) (names []string) {
	t.Helper()
	list := dockerOutput(t, "ps", "--all", "--format", `{{.Names}} {{.Label "pluginart.host"}}`)
	for line := range strings.Lines(list) {
		name, host, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.Contains(host, fmt.Sprintf("/%d/", pid)) {
			names = append(names, name)
		}
	}
	return names
}

func noContainers(t *testing.T) {
	t.Helper()
	if left := containersOf(t, os.Getpid()); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

type dockerHost struct {
	command *exec.Cmd
	// Client is the process id of its docker client.
	Client int
}

// runDockerHost is a host of its own with one container: `<image> <role of the plugin> <what to do>`.
func runDockerHost(arguments string) error {
	words := strings.Split(arguments, " ")
	m := newManager([]supervise.Spec{dockerSpec(words[0], words[1])}, options{logger: slog.New(slog.DiscardHandler)})
	ctx := context.Background()
	if err := m.Start(ctx); err != nil {
		return err
	}
	told, _ := json.Marshal(dockerHost{Client: m.Status()[0].PID})
	fmt.Println(string(told))
	if words[2] == "spin" {
		_, err := m.Call(ctx, "echo", []byte("spin"))
		return err
	}
	select {}
}

func startDockerHost(t *testing.T, image, role, mode string) *dockerHost {
	t.Helper()
	host := &dockerHost{}
	host.command = startRole(t, fmt.Sprintf("docker-host %s %s %s", image, role, mode), host)
	return host
}

// kill ends the host, with its guard where withGuard, by SIGKILL.
func (h *dockerHost) kill(t *testing.T, withGuard bool) {
	t.Helper()
	if withGuard {
		// `pluginart-abcdef-echo-1` is a container of the host with this directory.
		prefix := strings.Join(strings.Split(containersOf(t, h.command.Process.Pid)[0], "-")[:2], "-")
		guards := guardsOf(t, filepath.Join(os.TempDir(), prefix))
		if len(guards) != 1 {
			t.Fatalf("guards %v", guards)
		}
		_ = syscall.Kill(guards[0], syscall.SIGKILL)
	}
	if err := h.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = h.command.Wait()
}

func (h *dockerHost) assertNothingLeft(t *testing.T) {
	t.Helper()
	pid := h.command.Process.Pid
	eventually(t, "its container is gone", func() bool { return len(containersOf(t, pid)) == 0 })
	eventually(t, "the docker client is gone", func() bool { return !isRunning(h.Client) })
}
