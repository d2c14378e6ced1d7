package config

import (
	"encoding/hex"
	"fmt"
)

// What the plugin on the other side takes as PLUGIN_TOKEN.
const (
	minTokenBytes = 16
	maxTokenBytes = 64
)

// readToken reads a remote plugin's secret from the variable that `token_env` names. Its value is never repeated.
func readToken(variable string, lookupEnv func(string) (string, bool)) (token []byte, wrong string) {
	value, _ := lookupEnv(variable)
	if value == "" {
		return nil, fmt.Sprintf(
			"token_env names the variable %s, which is not set: put the plugin's PLUGIN_TOKEN in it", variable)
	}
	token, err := hex.DecodeString(value)
	if err != nil || len(token) < minTokenBytes || len(token) > maxTokenBytes {
		return nil, fmt.Sprintf("token_env names the variable %s, which does not hold 16 to 64 bytes as hex digits: "+
			"`openssl rand -hex 32` makes a secret for both sides", variable)
	}
	return token, ""
}
