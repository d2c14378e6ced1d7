//go:build !unix

package launch

import (
	"io/fs"
	"syscall"
)

// There is no support for this system yet: the launchers say so before anything of this is used.
const supported = false

func ownSession() *syscall.SysProcAttr { return nil }

func signalGroup(int, syscall.Signal) {}

func mayExecute(string) bool { return true }

func isOwn(fs.FileInfo) bool { return false }

func signalName(signal syscall.Signal) string { return signal.String() }

func isGone(int) bool { return false }

func commonSignal(int) string { return "" }
