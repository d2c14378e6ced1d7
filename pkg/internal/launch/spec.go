package launch

import "time"

// Spec says how to start a plugin, resolved: paths absolute, defaults filled in. It is a *Binary, *Docker or *Remote.
type Spec interface {
	isSpec()
}

// Transport is how calls reach a plugin that the host starts.
type Transport string

// The transports. The zero Transport is Unix.
const (
	Unix Transport = "unix"
	TCP  Transport = "tcp"
)

// Inherit says what of the host's environment a plugin gets: all of it where None is false and Names is nil.
type Inherit struct {
	// None of it.
	None bool
	// Names are the variables that it gets, and no others; nil = all.
	Names []string
}

// Binary is an executable of this machine.
type Binary struct {
	// Path is absolute, or a bare name to be looked up on the plugin's PATH.
	Path      string
	Args      []string
	Transport Transport
	// Env are variables over those inherited. Names that begin with PLUGIN_ are ignored.
	Env     map[string]string
	Inherit Inherit
	// Dir is the working directory, absolute.
	Dir string
}

// Docker is a container that the host starts.
type Docker struct {
	Image     string
	Args      []string
	Transport Transport
	Env       map[string]string
	// Memory and CPUs are as docker's own flags take them, `256m` and 1.5; empty and 0 = no limit.
	Memory string
	CPUs   float64
}

// Remote is a plugin that somebody else runs.
type Remote struct {
	Host string
	Port int
	// DialTimeout is for one attempt to connect.
	DialTimeout time.Duration
	// Token is the secret shared with the plugin; nil = none.
	Token []byte
}

func (*Binary) isSpec() {}
func (*Docker) isSpec() {}
func (*Remote) isSpec() {}
