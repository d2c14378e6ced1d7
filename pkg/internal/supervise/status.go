package supervise

import "github.com/dlahoza/pluginart/pkg/fault"

// Status is how a plugin is. runtime.Status, which users see, says what each of these means.
type Status struct {
	Name, Address, Runtime                                     string
	State                                                      State
	PID, Protocol, OpenCalls, WaitingCalls, Restarts, Failures int
	Err                                                        *fault.Error
}
