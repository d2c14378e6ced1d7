package session

// RuntimeName is what this runtime calls itself in handshakes.
const RuntimeName = "pluginart-go/0.1.0"
