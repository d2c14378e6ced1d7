package launch

import "context"

// remoteLauncher is for a plugin that somebody else runs: there is nothing to start and nothing to stop.
type remoteLauncher struct {
	spec *Remote
}

func (l *remoteLauncher) Command() string { return "" }

func (l *remoteLauncher) Launch(context.Context, Options) (*Instance, error) {
	return &Instance{Address: Address{Host: l.spec.Host, Port: l.spec.Port}, Token: l.spec.Token}, nil
}
