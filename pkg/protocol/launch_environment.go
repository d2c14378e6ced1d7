package protocol

import (
	"encoding/hex"
	"os"

	"github.com/dlahoza/pluginart/pkg/fault"
)

const (
	leastTokenBytes = 16
	mostTokenBytes  = 64
)

// launchEnvironment is what a host tells the plugin that it starts. PROTOCOL.md, section 2.
type launchEnvironment struct {
	// socketPath is the Unix socket to bind, address the host:port; one of them, or neither, is set.
	socketPath, address string
	// token is the secret that the host proves to know; nil where none counts.
	token []byte
	// hasForeignToken: a token is there, but for another plugin's address.
	hasForeignToken bool
	// lifeline: the plugin ends when its stdin does.
	lifeline bool
}

// takeLaunchEnvironment reads the variables and removes the secret ones, so that nothing the plugin starts inherits
// them. It fails with CONFIG_INVALID where PLUGIN_TOKEN counts and is no token (S10).
func takeLaunchEnvironment() (launchEnvironment, error) {
	env := launchEnvironment{socketPath: os.Getenv("PLUGIN_SOCKET")}
	bound := env.socketPath
	if bound == "" {
		env.address = os.Getenv("PLUGIN_ADDR")
		bound = env.address
	}
	token, meantFor, lifeline := os.Getenv("PLUGIN_TOKEN"), os.Getenv("PLUGIN_TOKEN_FOR"), os.Getenv("PLUGIN_LIFELINE")
	for _, secret := range []string{"PLUGIN_TOKEN", "PLUGIN_TOKEN_FOR", "PLUGIN_LIFELINE"} {
		_ = os.Unsetenv(secret)
	}
	if token == "" {
		return env, nil
	}
	if bound == "" || meantFor != bound {
		env.hasForeignToken = true
		return env, nil
	}
	secret, err := hex.DecodeString(token)
	if err != nil || len(secret) < leastTokenBytes || len(secret) > mostTokenBytes {
		return env, fault.Newf(fault.ConfigInvalid, "PLUGIN_TOKEN is no token: expected %d to %d bytes as hexadecimal digits",
			leastTokenBytes, mostTokenBytes)
	}
	env.token = secret
	env.lifeline = lifeline == "stdin"
	return env, nil
}
