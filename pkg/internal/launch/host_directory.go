package launch

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// maxSocketPathBytes is what every supported system takes as a socket's path, macOS (104 with its zero) included.
const maxSocketPathBytes = 100

const (
	directoryPrefix         = "pluginart-"
	directoryRandomLetters  = 6
	hostSocketName          = "host.sock"
	shortestSocketNameBytes = 24
	// minSweepAge: a directory younger than this may belong to a host that has not begun to listen yet.
	minSweepAge = 10 * time.Second
	// sweepDialTimeout is for one host that does not answer.
	sweepDialTimeout = time.Second
	directoryTries   = 10
)

var (
	directoryName = regexp.MustCompile(`^` + directoryPrefix + `\w{6}$`)
	notInFileName = regexp.MustCompile(`[^A-Za-z0-9_-]`)
)

// hostDirectory is the directory (0700) that holds the sockets of this host's plugins. The host listens on a socket in it:
// that it can be connected to is what tells other hosts that this one is alive.
type hostDirectory struct {
	path     string
	listener net.Listener
	accepted chan struct{}
	sockets  atomic.Int64
}

// makeHostDirectory makes the directory, empty, under a name as hosts in every language give it, so that each sweeps the
// others'. It fails with STARTUP_FAILED.
func makeHostDirectory() (string, error) {
	base := temporaryDirectory(os.TempDir())
	var err error
	for range directoryTries {
		path := filepath.Join(base, directoryPrefix+rand.Text()[:directoryRandomLetters])
		if err = os.Mkdir(path, 0o700); err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return "", fault.Newf(fault.StartupFailed, "cannot make a directory for the sockets of plugins in %s: %w; "+
		"set TMPDIR to a directory that this host can write to", base, err)
}

// holdHostDirectory shows that the directory's host is alive, from now on until it is removed.
func holdHostDirectory(path string) (*hostDirectory, error) {
	listener, err := net.Listen("unix", filepath.Join(path, hostSocketName))
	if err != nil {
		return nil, fault.Newf(fault.StartupFailed, "cannot listen in the directory for the sockets of plugins: %w", err)
	}
	d := &hostDirectory{path: path, listener: listener, accepted: make(chan struct{})}
	go d.accept()
	return d, nil
}

// accept hangs up on whoever wants to know whether this host lives.
func (d *hostDirectory) accept() {
	defer close(d.accepted)
	for {
		connection, err := d.listener.Accept()
		switch {
		case err == nil:
			connection.Close()
		case errors.Is(err, net.ErrClosed):
			return
		default:
			// Out of descriptors: until there are some again, the backlog answers as well.
			time.Sleep(sweepDialTimeout / 10)
		}
	}
}

// newSocketPath is a path of at most 100 bytes for a new socket, with as much of the plugin's name as fits.
func (d *hostDirectory) newSocketPath(plugin string) string {
	return d.newPath(plugin, ".sock", 0)
}

// newSocketFolder makes a folder for a container to put one socket into, whose path may be 12 bytes longer and is at most
// 100 bytes then. Any user may write to it, once it is mounted elsewhere: whoever runs in there has no name here.
func (d *hostDirectory) newSocketFolder(plugin string) (string, error) {
	folder := d.newPath(plugin, "", len("/"+socketName))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	// Past the umask. Nobody but this user gets as far as here without the mount.
	return folder, os.Chmod(folder, 0o777)
}

func (d *hostDirectory) newPath(plugin, extension string, reserved int) string {
	ending := fmt.Sprintf("-%d%s", d.sockets.Add(1), extension)
	room := max(maxSocketPathBytes-reserved-len(filepath.Join(d.path, ending)), 0)
	name := notInFileName.ReplaceAllLiteralString(plugin, "_")
	return filepath.Join(d.path, name[:min(len(name), room)]+ending)
}

func (d *hostDirectory) remove() {
	d.listener.Close()
	<-d.accepted
	_ = os.RemoveAll(d.path)
}

// temporaryDirectory is preferred, or /tmp where that is too long for a socket's path.
func temporaryDirectory(preferred string) string {
	longest := filepath.Join(preferred, directoryPrefix+"XXXXXX", "x")
	if len(longest)+shortestSocketNameBytes <= maxSocketPathBytes {
		return preferred
	}
	return "/tmp"
}

// sweepDeadHosts removes the directories of this user's hosts that are gone. What it cannot remove another host swept
// first, or it is none of ours to remove.
func sweepDeadHosts() {
	base := temporaryDirectory(os.TempDir())
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if !entry.IsDir() || !directoryName.MatchString(entry.Name()) {
			continue
		}
		path := filepath.Join(base, entry.Name())
		info, err := os.Lstat(path)
		if err != nil || !isOwn(info) || time.Since(info.ModTime()) < minSweepAge {
			continue
		}
		if isDead(filepath.Join(path, hostSocketName)) {
			_ = os.RemoveAll(path)
		}
	}
}

// isDead reports that nobody holds the directory any more. A full backlog or a lack of rights says nothing about its host.
func isDead(hostSocket string) bool {
	connection, err := net.DialTimeout("unix", hostSocket, sweepDialTimeout)
	if err == nil {
		connection.Close()
		return false
	}
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, fs.ErrNotExist)
}
