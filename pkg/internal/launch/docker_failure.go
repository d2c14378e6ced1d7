package launch

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// dockerReason is what docker's client, its engine, or docker-init says, and what that means; explain continues
// `plugin "x" could not be started: `.
type dockerReason struct {
	says    *regexp.Regexp
	explain func(spec *Docker, found []string) string
}

var portAllocated = regexp.MustCompile(`(?i)port is already allocated|address already in use`)

// dockerReasons are in order, the more particular first.
var dockerReasons = []dockerReason{
	{regexp.MustCompile(`(?i)permission denied while trying to connect to the docker (?:daemon socket|API)(?: at (\S+))?`),
		func(_ *Docker, found []string) string {
			return "this user may not talk to the docker engine" + at(found[1]) +
				": add it to the group of that socket (Debian: adduser <user> docker), which makes it as powerful as root, or use a rootless engine"
		}},
	{regexp.MustCompile(`(?i)(?:cannot connect to the docker daemon|failed to connect to the docker API)(?: at (\S+))?|error during connect`),
		func(_ *Docker, found []string) string {
			return "no docker engine answers" + at(found[1]) +
				`: start it (systemctl start docker), or see whether DOCKER_HOST and "docker context ls" name the right one`
		}},
	{regexp.MustCompile(`(?i)context "?([^" ]+)"?(?: does not exist|: context not found)`),
		func(_ *Docker, found []string) string {
			return fmt.Sprintf("there is no docker context %q: \"docker context ls\" lists them; "+
				"DOCKER_CONTEXT and \"docker context use\" choose one", found[1])
		}},
	{regexp.MustCompile(`(?i)error response from daemon: .*(?:get|head) "https?://([^"/]+)`),
		func(spec *Docker, found []string) string {
			return fmt.Sprintf("image %q could not be pulled, as the registry at %s did not give it: "+
				"see that the engine reaches that and may pull from it (docker login), or docker build the image and set pull = \"never\"", spec.Image, found[1])
		}},
	{regexp.MustCompile(`(?i)no such image|unable to find image|manifest (?:for \S+ )?(?:unknown|not found)|pull access denied`),
		func(spec *Docker, _ []string) string {
			if spec.Pull == "never" {
				return fmt.Sprintf("the engine has no image %q: docker build or docker pull it, or set pull = \"missing\"", spec.Image)
			}
			return fmt.Sprintf("there is no image %q, neither on the engine nor at its registry", spec.Image)
		}},
	{portAllocated, func(*Docker, []string) string {
		return "each port that was tried for it had been taken by somebody else meanwhile"
	}},
	// docker only warns, as an emulator may run it. What then fails to start shows that there is none.
	{regexp.MustCompile(`(?is)image's platform \((\S+)\) does not match the detected host platform \((\S+)\).*(?:exec \S+ failed|exec format error)`),
		func(spec *Docker, found []string) string {
			return fmt.Sprintf("image %q is built for %s, and the engine runs %s: docker build it there, or with --platform",
				spec.Image, found[1], found[2])
		}},
	{regexp.MustCompile(`(?i)exec format error`), func(spec *Docker, _ []string) string {
		return fmt.Sprintf("the program of image %q is built for another kind of machine than this engine's, or is a script without #!",
			spec.Image)
	}},
	{regexp.MustCompile(`(?i)docker-init.*not found`), func(*Docker, []string) string {
		return "the engine has no docker-init: install it beside dockerd (Debian's package is tini)"
	}},
	{regexp.MustCompile(`(?i)exec (\S+) failed: no such file or directory|exec: "([^"]+)": (?:executable file not found|stat|no such file)`),
		func(spec *Docker, found []string) string {
			return fmt.Sprintf("image %q has no program %s, or not the interpreter or library that it needs", spec.Image, found[1]+found[2])
		}},
	{regexp.MustCompile(`(?i)exec (\S+) failed: permission denied|exec: "([^"]+)": permission denied`),
		func(spec *Docker, found []string) string {
			return fmt.Sprintf("%s of image %q is not executable for its user", found[1]+found[2], spec.Image)
		}},
	{regexp.MustCompile(`(?i)no command specified`), func(spec *Docker, _ []string) string {
		return fmt.Sprintf("image %q says not what to run: give it an ENTRYPOINT, or args", spec.Image)
	}},
	{regexp.MustCompile(`(?i)unable to find user (\S+?):|no matching entries in passwd file`), func(spec *Docker, found []string) string {
		if spec.User == "" {
			return fmt.Sprintf("image %q is to run as the user %q and has none of that name: let its USER be a number, or set user", spec.Image, found[1])
		}
		return fmt.Sprintf("image %q has no user %q: give its number", spec.Image, spec.User)
	}},
	{regexp.MustCompile(`(?i)network (\S+) not found`), func(_ *Docker, found []string) string {
		return fmt.Sprintf("the engine has no network %s: docker network create it", found[1])
	}},
}

var (
	// dockerSays is how docker's client, docker-init and the engine begin what they have to say themselves.
	dockerSays = regexp.MustCompile(`(?m)^(?:docker: |\[FATAL tini|exec \S+: exec format error)|docker endpoint`)
	// notRun are what they exit with where the program did not run at all.
	notRun = []int{1, 125, 126, 127}

	readOnlyHint = regexp.MustCompile(`(?i)EROFS|read-only file system`)
	pidsHint     = regexp.MustCompile(`(?i)EAGAIN|resource temporarily unavailable|can't start new thread|pthread_create failed`)
)

// whyRefused is why docker did not run a container; empty where the plugin itself ran, and ended.
func whyRefused(spec *Docker, evidence *fault.Evidence) (what string, portTaken bool) {
	text := strings.Join(evidence.Stderr, "\n")
	if !slices.Contains(notRun, evidence.ExitCode) || !dockerSays.MatchString(text) {
		return "", false
	}
	for _, reason := range dockerReasons {
		if found := reason.says.FindStringSubmatch(text); found != nil {
			return reason.explain(spec, found), reason.says == portAllocated
		}
	}
	return "docker could not run it", false
}

// hintOfEnd is what in a container differs from elsewhere, and may have been the end of a plugin that ran. It begins with "; ",
// or is empty.
func hintOfEnd(spec *Docker, evidence *fault.Evidence) string {
	text := strings.Join(evidence.Stderr, "\n")
	if spec.ReadOnly && readOnlyHint.MatchString(text) {
		return "; its file system is read-only but for /tmp (read_only)"
	}
	if pidsHint.MatchString(text) {
		return fmt.Sprintf("; at most %d processes and threads may run in it (resources.pids)", spec.PIDs)
	}
	return ""
}

// hintOfUnreachable is why a container that is ready cannot be connected to. It begins with "; ", or is empty.
func hintOfUnreachable(spec *Docker, err error) string {
	if spec.Transport == Unix {
		whose := "its user there"
		if spec.User != "" {
			whose = fmt.Sprintf("user %q", spec.User)
		}
		if errors.Is(err, fs.ErrPermission) {
			return fmt.Sprintf("; %s made a socket that this host may not use: leave user out, or set transport = \"tcp\"", whose)
		}
		return ""
	}
	// Where docker's own proxy is reached, the engine is on this machine, and nobody listens behind it.
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return "; it has to listen at PLUGIN_ADDR, which is 0.0.0.0 and a port in there, before it prints READY"
	}
	return `; a port is published on the machine of the engine, which has to be this one: see DOCKER_HOST and "docker context ls"`
}

func at(where string) string {
	if where == "" {
		return ""
	}
	return " at " + strings.TrimRight(where, ".:;,")
}
