package launch

import (
	"encoding/hex"
	"strings"
)

// reservedPrefix is of variables that belong to the protocol: a host that is itself a plugin must not pass its own on.
const reservedPrefix = "PLUGIN_"

// environment is what a launched plugin is configured by: the host's environment, the plugin's `env` table, then PLUGIN_*.
// Each name comes once.
func environment(spec *Binary, host []string, address Address, token []byte) map[string]string {
	variables := map[string]string{}
	for _, variable := range host {
		name, value, found := strings.Cut(variable, "=")
		if found && name != "" && spec.Inherit.has(name) && !strings.HasPrefix(name, reservedPrefix) {
			variables[name] = value
		}
	}
	for name, value := range spec.Env {
		if !strings.HasPrefix(name, reservedPrefix) {
			variables[name] = value
		}
	}
	if address.Path != "" {
		variables["PLUGIN_SOCKET"] = address.Target()
	} else {
		variables["PLUGIN_ADDR"] = address.Target()
	}
	variables["PLUGIN_TOKEN"] = hex.EncodeToString(token)
	variables["PLUGIN_TOKEN_FOR"] = address.Target()
	variables["PLUGIN_LIFELINE"] = "stdin"
	return variables
}

func (i Inherit) has(name string) bool {
	if i.None || i.Names == nil {
		return !i.None
	}
	for _, listed := range i.Names {
		if listed == name {
			return true
		}
	}
	return false
}
