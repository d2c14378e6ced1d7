package supervise

import (
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

// Spec is one plugin, resolved: paths absolute, defaults filled in.
type Spec struct {
	Name   string
	Launch launch.Spec
	// ContractHash is `sha256:` and 64 hex digits.
	ContractHash string
	// Optional: the host starts without it.
	Optional bool
	// StartupTimeout is for launch, connection and handshake together.
	StartupTimeout time.Duration
	// ShutdownTimeout is for open calls and the process together; 0 kills at once.
	ShutdownTimeout time.Duration
	// HealthInterval is between two pings.
	HealthInterval time.Duration
	// MaxRestarts in a row; remote plugins are connected to again without limit.
	MaxRestarts       int
	RestartBackoffMax time.Duration
	// StableAfter: ready for this long, and failures are forgotten.
	StableAfter time.Duration
	// UnresponsiveTimeout is how long silence with calls open is borne.
	UnresponsiveTimeout time.Duration
	// CallTimeout is for calls whose context has no deadline; 0 = none.
	CallTimeout time.Duration
	// MaxMessageBytes is the largest body that the host takes.
	MaxMessageBytes int
	// MinProtocol is 1, or 2 to refuse plugins that speak version 1 only.
	MinProtocol int
}

// isRemote reports whether somebody else runs the plugin.
func (s *Spec) isRemote() bool {
	_, remote := s.Launch.(*launch.Remote)
	return remote
}
