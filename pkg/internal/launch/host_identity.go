package launch

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

var namespaceNumber = regexp.MustCompile(`\d+`)

// hostIdentity names this process for as long as anybody may ask whether it lives, on engines that several users, machines
// and containers share: `<scope>/<pid>/<start>`. The scope is the boot, the process namespace and the user, as nobody
// else's processes can be judged from here. Hosts in every language name themselves so, and judge each other.
func hostIdentity() string {
	return fmt.Sprintf("%s/%d/%s", identityScope(), os.Getpid(), processStart(os.Getpid()))
}

// isCertainlyGone reports whether a process that was named so is gone. It is false also for those that cannot be judged
// from here.
func isCertainlyGone(identity string) bool {
	parts := strings.Split(identity, "/")
	if len(parts) != 3 || parts[0] != identityScope() {
		return false
	}
	pid, err := strconv.Atoi(parts[1])
	if err != nil || pid < 1 {
		return false
	}
	if isGone(pid) {
		return true
	}
	start := processStart(pid)
	// The same number was given to somebody else.
	return parts[2] != "" && start != "" && start != parts[2]
}

func identityScope() string {
	boot, bootErr := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, namespaceErr := os.Readlink("/proc/self/ns/pid")
	if bootErr == nil && namespaceErr == nil {
		return fmt.Sprintf("%s.%s.%d", strings.TrimSpace(string(boot)), namespaceNumber.FindString(namespace), os.Getuid())
	}
	// No /proc (macOS): there are no process namespaces either.
	name, _ := os.Hostname()
	return fmt.Sprintf("%s.%d", strings.ReplaceAll(name, "/", "_"), os.Getuid())
}

// processStart is in ticks since boot; empty where the system does not tell.
func processStart(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The name, in brackets, may hold anything; the start is the 20th field after it.
	_, after, _ := strings.Cut(string(stat[strings.LastIndex(string(stat), ")"):]), " ")
	fields := strings.Fields(after)
	if len(fields) < 20 {
		return ""
	}
	return fields[19]
}
