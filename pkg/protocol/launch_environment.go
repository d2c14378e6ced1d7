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

// secrets are the variables that nothing the plugin starts may inherit.
type secrets struct {
	token, tokenFor, lifeline string
}

// fromStart are taken when the program is loaded, before the user's code can see them or start anything (S9).
var fromStart = takeSecrets()

func takeSecrets() secrets {
	take := func(name string) string {
		value := os.Getenv(name)
		_ = os.Unsetenv(name)
		return value
	}
	return secrets{token: take("PLUGIN_TOKEN"), tokenFor: take("PLUGIN_TOKEN_FOR"), lifeline: take("PLUGIN_LIFELINE")}
}

// takeLaunchEnvironment reads the variables and removes the secret ones. It fails with CONFIG_INVALID where PLUGIN_TOKEN
// counts and is no token (S10).
func takeLaunchEnvironment() (launchEnvironment, error) {
	env := launchEnvironment{socketPath: os.Getenv("PLUGIN_SOCKET")}
	bound := env.socketPath
	if bound == "" {
		env.address = os.Getenv("PLUGIN_ADDR")
		bound = env.address
	}
	given := takeSecrets()
	if given == (secrets{}) {
		given, fromStart = fromStart, secrets{}
	}
	token, meantFor, lifeline := given.token, given.tokenFor, given.lifeline
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
