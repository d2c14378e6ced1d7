//go:build unix

package launch

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// ownSession gives a process a session and process group of its own: all of it can be stopped, and Ctrl-C is the host's to
// handle.
func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true}
}

// signalGroup signals every process of a group. An error says that nobody is left, or, on macOS, that only zombies are.
func signalGroup(group int, signal syscall.Signal) {
	_ = syscall.Kill(-group, signal)
}

// mayExecute reports whether this process may execute a file.
func mayExecute(path string) bool {
	const execute = 1
	return syscall.Access(path, execute) == nil
}

// isOwn reports whether a file belongs to this process's user.
func isOwn(file fs.FileInfo) bool {
	status, ok := file.Sys().(*syscall.Stat_t)
	return ok && int(status.Uid) == os.Getuid()
}

const supported = true

var signalNames = map[syscall.Signal]string{
	syscall.SIGHUP: "SIGHUP", syscall.SIGINT: "SIGINT", syscall.SIGQUIT: "SIGQUIT", syscall.SIGILL: "SIGILL",
	syscall.SIGTRAP: "SIGTRAP", syscall.SIGABRT: "SIGABRT", syscall.SIGBUS: "SIGBUS", syscall.SIGFPE: "SIGFPE",
	syscall.SIGKILL: "SIGKILL", syscall.SIGSEGV: "SIGSEGV", syscall.SIGPIPE: "SIGPIPE", syscall.SIGALRM: "SIGALRM",
	syscall.SIGTERM: "SIGTERM", syscall.SIGUSR1: "SIGUSR1", syscall.SIGUSR2: "SIGUSR2", syscall.SIGSYS: "SIGSYS",
	syscall.SIGXCPU: "SIGXCPU", syscall.SIGXFSZ: "SIGXFSZ",
}

// isGone reports that there is no process of this id.
func isGone(pid int) bool {
	return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// commonSignal is SIGKILL for 9; empty for a number that no common signal has.
func commonSignal(number int) string {
	return signalNames[syscall.Signal(number)]
}

// signalName is SIGKILL, or `signal 35` for those that have no common name.
func signalName(signal syscall.Signal) string {
	if name, known := signalNames[signal]; known {
		return name
	}
	return "signal " + strconv.Itoa(int(signal))
}
