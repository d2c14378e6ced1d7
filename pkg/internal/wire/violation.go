package wire

import "github.com/dlahoza/pluginart/pkg/fault"

// Violation is the error of a peer that broke a rule of PROTOCOL.md; its connection is to be closed.
func Violation(format string, arguments ...any) *fault.Error {
	return fault.Newf(fault.ProtocolViolation, "the peer broke the protocol: "+format, arguments...)
}
