package launch

import (
	"crypto/rand"
	"encoding/hex"
	"maps"
	"strings"
)

// reservedPrefix is of variables that belong to the protocol: a host that is itself a plugin must not pass its own on.
const reservedPrefix = "PLUGIN_"

const tokenBytes = 32

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
	maps.Copy(variables, protocolVariables(address, token))
	return variables
}

// protocolVariables tell a plugin that it was launched, and where it is to listen: the address as the plugin itself sees it.
func protocolVariables(address Address, token []byte) map[string]string {
	where := "PLUGIN_ADDR"
	if address.Path != "" {
		where = "PLUGIN_SOCKET"
	}
	return map[string]string{
		where:              address.Target(),
		"PLUGIN_TOKEN":     hex.EncodeToString(token),
		"PLUGIN_TOKEN_FOR": address.Target(),
		"PLUGIN_LIFELINE":  "stdin",
	}
}

// newToken is a secret for one launch.
func newToken() []byte {
	token := make([]byte, tokenBytes)
	_, _ = rand.Read(token) // Never fails.
	return token
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
