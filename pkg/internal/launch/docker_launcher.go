package launch

import (
	"context"
	"fmt"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// dockerLauncher refuses: containers are not started yet.
type dockerLauncher struct {
	plugin string
	spec   *Docker
}

func (l *dockerLauncher) Command() string {
	return fmt.Sprintf("%q", append([]string{l.spec.Image}, l.spec.Args...))
}

func (l *dockerLauncher) Launch(context.Context, Options) (*Instance, error) {
	return nil, &fault.Error{
		Code: fault.StartupFailed,
		Message: fmt.Sprintf("plugin %q: docker plugins are not there yet; run it as type = \"binary\", "+
			"or start the container yourself and use type = \"remote\"", l.plugin),
		Plugin: l.plugin,
	}
}
