package launch

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	// socketFolderInside is where the folder of a plugin's socket is mounted.
	socketFolderInside = "/run/pluginart"
	socketName         = "plugin.sock"
	// envFile is where the client reads variables from that cannot come by its own environment.
	envFile = "/dev/fd/3"
)

var (
	// steeringVariable is one that steers docker's client, or the programs on the way to it.
	steeringVariable = regexp.MustCompile(`(?i)^(?:DOCKER|BUILDKIT|LD|DYLD|GO\w*|SSL)_|^(?:PATH|HOME|GODEBUG|ENV|BASH_ENV)$|_proxy$`)
	// notInEnvFile: no line of an env file can begin so.
	notInEnvFile = regexp.MustCompile(`\s|^#`)
)

// containerPlan is a container in the making.
type containerPlan struct {
	name   string
	labels map[string]string
	// address is where the host reaches it.
	address Address
	// socketFolder is the host's folder for its socket; empty with TCP.
	socketFolder string
	token        []byte
	// user is whom it runs as; empty: whom the image says.
	user string
}

// dockerRun is how docker is called to run a container.
type dockerRun struct {
	args []string
	// variables are the client's; of the plugin's they hold those that args names.
	variables map[string]string
	// envFile is what the client reads from descriptor 3; empty: nothing.
	envFile string
}

// newDockerRun runs it attached, so that its output and end are seen at once and stdin is its lifeline. Nothing that is
// secret stands among the arguments, which every user of the machine may see. It fails where a variable that steers the
// client has a line end in its value.
func newDockerRun(spec *Docker, plan *containerPlan, client map[string]string) (*dockerRun, error) {
	inside := Address{Host: "0.0.0.0", Port: plan.address.Port}
	if plan.socketFolder != "" {
		inside = Address{Path: socketFolderInside + "/" + socketName}
	}
	variables := maps.Clone(spec.Env)
	if variables == nil {
		variables = map[string]string{}
	}
	maps.Copy(variables, protocolVariables(inside, plan.token))
	run := &dockerRun{variables: maps.Clone(client)}
	// Its output is the host's to keep: the engine would fill a disk with it.
	run.args = []string{"run", "--interactive", "--init", "--rm", "--log-driver", "none", "--pull", spec.Pull, "--name", plan.name}
	for _, name := range slices.Sorted(maps.Keys(plan.labels)) {
		run.args = append(run.args, "--label", name+"="+plan.labels[name])
	}
	run.args = append(run.args, reach(plan)...)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		value := variables[name]
		if _, taken := client[name]; !taken && passesThroughShell(name) && !steeringVariable.MatchString(name) {
			run.variables[name] = value
			run.args = append(run.args, "--env", name)
			continue
		}
		if strings.ContainsAny(value, "\r\n") || notInEnvFile.MatchString(name) {
			return nil, fmt.Errorf("the variable %s cannot be given to a container with a value of several lines", name)
		}
		run.envFile += name + "=" + value + "\n"
	}
	if run.envFile != "" {
		run.args = append(run.args, "--env-file", envFile)
	}
	run.args = append(run.args, confinement(spec, plan.user)...)
	run.args = append(append(run.args, spec.Image), spec.Args...)
	return run, nil
}

func reach(plan *containerPlan) []string {
	if plan.socketFolder == "" {
		return []string{"--publish", fmt.Sprintf("%s:%d", plan.address.Target(), plan.address.Port)}
	}
	// The flag is a line of CSV.
	source := strings.ReplaceAll(plan.socketFolder, `"`, `""`)
	return []string{"--mount", fmt.Sprintf(`type=bind,"source=%s",target=%s`, source, socketFolderInside)}
}

func confinement(spec *Docker, user string) []string {
	flags := []string{"--cap-drop", "ALL"}
	for _, name := range spec.Capabilities {
		flags = append(flags, "--cap-add", name)
	}
	if spec.NoNewPrivileges {
		flags = append(flags, "--security-opt", "no-new-privileges")
	}
	if spec.ReadOnly {
		flags = append(flags, "--read-only")
	}
	flags = append(flags, "--tmpfs", "/tmp:mode=1777,size="+spec.TmpSize, "--pids-limit", strconv.Itoa(spec.PIDs))
	if spec.CPUs != 0 {
		flags = append(flags, "--cpus", strconv.FormatFloat(spec.CPUs, 'f', -1, 64))
	}
	for _, flag := range [][2]string{{"--memory", spec.Memory}, {"--user", user}, {"--network", spec.Network}} {
		if flag[1] != "" {
			flags = append(flags, flag[0], flag[1])
		}
	}
	return flags
}
