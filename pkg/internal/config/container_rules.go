package config

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

var (
	imagePattern      = regexp.MustCompile(`^[A-Za-z0-9][^\s\x00]*$`)
	sizePattern       = regexp.MustCompile(`^[1-9][0-9]*[bkmgBKMG]?$`)
	userPattern       = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$`)
	networkPattern    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]*$`)
	capabilityPattern = regexp.MustCompile(`^[A-Z][A-Z_]*$`)
)

// containerRules are the keys of `type = "docker"` but for those of every type.
var containerRules = []rule{
	{"type", true, nothing},
	{"args", false, checkArgs},
	{"env", false, checkEnv},
	{"image", true, text(imagePattern, `must be the name of a Docker image, such as "acme/echo:1.2"`,
		func(e *entry) *string { return &e.container.Image })},
	{"transport", false, checkTransport},
	{"resources", false, checkResources},
	{"pull", false, oneOf(`must be "never", "missing" or "always"`,
		func(e *entry) *string { return &e.container.Pull }, "never", "missing", "always")},
	{"user", false, text(userPattern, `must be a user such as "node", "1000" or "1000:1000"`,
		func(e *entry) *string { return &e.container.User })},
	{"network", false, text(networkPattern, `must be the name of a docker network, or "none"`,
		func(e *entry) *string { return &e.container.Network })},
	{"read_only", false, boolean(func(e *entry) *bool { return &e.container.ReadOnly })},
	{"tmp_size", false, text(sizePattern, `must be a size such as "64m" or "1g"`,
		func(e *entry) *string { return &e.container.TmpSize })},
	{"no_new_privileges", false, boolean(func(e *entry) *bool { return &e.container.NoNewPrivileges })},
	{"capabilities", false, checkCapabilities},
}

var resourceRules = []rule{
	{"memory", false, text(sizePattern, `must be a size such as "256m" or "1g"`, func(e *entry) *string { return &e.container.Memory })},
	{"cpus", false, checkCPUs},
	{"pids", false, checkPIDs},
}

func checkResources(r *reporter, at field, e *entry) {
	if !r.expect(at, kindTable) {
		return
	}
	r.checkTable(resourceRules, at, e, func(key string) string { return describeUnknown(key, resourceRules) })
}

func checkCPUs(r *reporter, at field, e *entry) {
	if !r.expect(at, kindNumber) {
		return
	}
	if !(at.value.number > 0) || math.IsInf(at.value.number, 0) {
		r.wrong(at, "must be above zero")
		return
	}
	e.container.CPUs = at.value.number
}

func checkPIDs(r *reporter, at field, e *entry) {
	var pids *int
	integer(1, 4_194_304, func(*entry) **int { return &pids })(r, at, e)
	if pids != nil {
		e.container.PIDs = *pids
	}
}

func checkCapabilities(r *reporter, at field, e *entry) {
	for _, element := range r.texts(at) {
		if !capabilityPattern.MatchString(element.value.text) {
			r.wrong(element, `must be the name of a capability such as "NET_BIND_SERVICE"`)
		}
		e.container.Capabilities = append(e.container.Capabilities, element.value.text)
	}
}

// checkNetwork refuses networks where docker publishes no port of the container: on `host` the plugin would even listen on
// all interfaces. It is called with the whole entry known.
func checkNetwork(r *reporter, at field, e *entry) {
	network := e.container.Network
	unpublished := network == "none" || network == "host" || strings.HasPrefix(network, "container:")
	if unpublished && launch.Transport(e.transport) != launch.Unix {
		r.wrong(at, fmt.Sprintf("publishes no port, so it needs transport = %q", launch.Unix))
	}
}
