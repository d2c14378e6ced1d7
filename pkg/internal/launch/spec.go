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

// Docker is a container that the host starts, on the engine that the docker command of this machine talks to.
type Docker struct {
	Image string
	// Args are the image's entry point's, not docker's.
	Args []string
	// Transport is TCP or Unix; Unix needs an engine that shares this machine's files: Linux.
	Transport Transport
	Env       map[string]string
	// Memory, CPUs and PIDs are as docker's own flags take them, `256m`, 1.5 and 512; Memory and CPUs empty and 0 = no limit.
	Memory string
	CPUs   float64
	PIDs   int
	// Pull is when a registry is asked for the image: "never", "missing" or "always".
	Pull string
	// User and Network are as docker's own flags take them. No User = the image's; with Unix, where this host is not root, the
	// host's own. No Network = the engine's.
	User, Network string
	// ReadOnly: nothing but /tmp can be written to. TmpSize is how much that may hold, in memory: `64m`.
	ReadOnly bool
	TmpSize  string
	// NoNewPrivileges: no program gains rights by being set-user-ID.
	NoNewPrivileges bool
	// Capabilities are left to it; all others are dropped.
	Capabilities []string
}

// NewDocker is a container as a configuration with nothing but the image would have it: as little as most plugins can do
// with. Nothing is pulled, as a download in the middle of a start would outlast every startup timeout.
func NewDocker(image string) *Docker {
	return &Docker{
		Image: image, Transport: TCP, PIDs: 512, Pull: "never", ReadOnly: true, TmpSize: "64m", NoNewPrivileges: true,
	}
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
