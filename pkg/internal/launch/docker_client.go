package launch

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// dockerPatience: no single question to an engine that answers at all takes this long.
const dockerPatience = 10 * time.Second

var noSuchContainer = regexp.MustCompile(`(?i)no such container`)

// dockerClient is the docker command, as this host would use it in a shell: with its DOCKER_HOST, contexts and credentials.
type dockerClient struct {
	// file is absolute.
	file      string
	variables map[string]string
}

// findDocker fails with STARTUP_FAILED where there is no docker command.
func findDocker(plugin string) (*dockerClient, error) {
	file, err := findExecutable(plugin, "docker", os.Getenv("PATH"))
	if err != nil {
		return nil, &fault.Error{
			Code: fault.StartupFailed, Plugin: plugin, Cause: err,
			Message: fmt.Sprintf("plugin %q could not be started: there is no docker command on this host's PATH; "+
				"install Docker (https://docs.docker.com/get-docker; Debian's package is docker.io)", plugin),
		}
	}
	return &dockerClient{file, clientEnvironment(os.Environ())}, nil
}

// terminate sends SIGTERM; it reports whether the engine has taken it.
func (d *dockerClient) terminate(container string) bool {
	_, _, err := d.ask("kill", "--signal", "TERM", container)
	return err == nil
}

func (d *dockerClient) isRunning(container string) bool {
	state, _, err := d.ask("inspect", "--format", "{{.State.Running}}", container)
	return err == nil && strings.TrimSpace(state) == "true"
}

// remove kills and removes, with anonymous volumes. It reports whether none of them is there any more.
func (d *dockerClient) remove(containers ...string) bool {
	_, stderr, err := d.ask(append([]string{"rm", "--force", "--volumes"}, containers...)...)
	if err == nil {
		return true
	}
	said := strings.FieldsFunc(stderr, func(r rune) bool { return r == '\n' })
	return len(said) > 0 && !slices.ContainsFunc(said, func(line string) bool { return !noSuchContainer.MatchString(line) })
}

// ask is what a command prints; it fails where that does, or takes more than ten seconds.
func (d *dockerClient) ask(args ...string) (stdout, stderr string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), dockerPatience)
	defer cancel()
	command := d.command(ctx, args...)
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	err = command.Run()
	return out.String(), problems.String(), err
}

// ranOutOfMemory reports whether the kernel killed something in a container, which must be gone, for want of memory;
// known is false where the engine does not say in time.
func (d *dockerClient) ranOutOfMemory(container string, limit time.Duration) (ranOut, known bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	// All that the engine still knows of it; the end of the container is the last there is.
	command := d.command(ctx, "events", "--since", "1", "--filter", "container="+container,
		"--filter", "event=oom", "--filter", "event=destroy", "--format", "{{.Action}}")
	events, err := command.StdoutPipe()
	if err != nil || command.Start() != nil {
		return false, false
	}
	action := ""
	for lines := bufio.NewScanner(events); action != "oom" && action != "destroy" && lines.Scan(); {
		action = lines.Text()
	}
	cancel()
	_ = command.Wait()
	return action == "oom", action != ""
}

func (d *dockerClient) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, d.file, args...)
	command.Env = pairs(d.variables)
	// Where the client left somebody behind who holds its output.
	command.WaitDelay = time.Second
	return command
}

// clientEnvironment is the host's, less what belongs to a plugin that the host itself may be, and what no shell passes on.
func clientEnvironment(host []string) map[string]string {
	variables := map[string]string{}
	for _, variable := range host {
		name, value, _ := strings.Cut(variable, "=")
		if plainVariable.MatchString(name) && !strings.HasPrefix(name, reservedPrefix) {
			variables[name] = value
		}
	}
	return variables
}

// pairs is an environment as package exec takes it.
func pairs(variables map[string]string) []string {
	list := make([]string, 0, len(variables))
	for name, value := range variables {
		list = append(list, name+"="+value)
	}
	return list
}
