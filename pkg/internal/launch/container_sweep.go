package launch

import "strings"

const (
	hostLabel   = "pluginart.host"
	pluginLabel = "pluginart.plugin"
)

// containerLabels are what a container says of itself: which process started it, and as what.
func containerLabels(plugin string) map[string]string {
	return map[string]string{hostLabel: hostIdentity(), pluginLabel: plugin}
}

// sweepContainers removes the containers of this user's hosts that are gone, whatever language they are written in. An
// engine that does not answer is let be.
func sweepContainers(docker *dockerClient) {
	format := `{{.ID}} {{.Label "` + hostLabel + `"}}`
	list, _, err := docker.ask("ps", "--all", "--filter", "label="+hostLabel, "--format", format)
	if err != nil {
		return
	}
	var left []string
	for line := range strings.Lines(list) {
		id, host, _ := strings.Cut(strings.TrimSpace(line), " ")
		if isCertainlyGone(host) {
			left = append(left, id)
		}
	}
	if len(left) > 0 {
		docker.remove(left...)
	}
}
