package launch

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func age(t *testing.T, path string) {
	t.Helper()
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, past, past); err != nil {
		t.Fatal(err)
	}
}

func shortTempDir(t *testing.T) string {
	t.Helper()
	directory, err := os.MkdirTemp("/tmp", "t-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(directory) })
	return directory
}

func TestAHostDirectoryIsPrivateAndItsSocketsShort(t *testing.T) {
	t.Setenv("TMPDIR", shortTempDir(t))
	path, err := makeHostDirectory()
	if err != nil {
		t.Fatal(err)
	}
	directory, err := holdHostDirectory(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 || !directoryName.MatchString(filepath.Base(path)) {
		t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
	}
	socket := directory.newSocketPath(strings.Repeat("long/name", 20))
	if len(socket) > maxSocketPathBytes || filepath.Dir(socket) != path || socket == directory.newSocketPath("") {
		t.Errorf("socket %s", socket)
	}
	directory.remove()
	if exists(path) {
		t.Error("it is still there")
	}
}

func TestDeadHostsAreSweptAndOthersAreNot(t *testing.T) {
	base := shortTempDir(t)
	t.Setenv("TMPDIR", base)
	held := filepath.Join(base, "pluginart-alive1")
	dead := filepath.Join(base, "pluginart-dead01")
	young := filepath.Join(base, "pluginart-young1")
	foreign := filepath.Join(base, "pluginart-something")
	for _, path := range []string{held, dead, young, foreign} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	directory, err := holdHostDirectory(held)
	if err != nil {
		t.Fatal(err)
	}
	defer directory.remove()
	// What a killed host leaves: a socket that nobody listens on.
	left, err := net.Listen("unix", filepath.Join(dead, hostSocketName))
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	left.Close()
	for _, path := range []string{held, dead, foreign} {
		age(t, path)
	}
	sweepDeadHosts()
	if exists(dead) || !exists(held) || !exists(young) || !exists(foreign) {
		t.Errorf("left: dead %v, held %v, young %v, foreign %v", exists(dead), exists(held), exists(young), exists(foreign))
	}
}

func TestALongTemporaryDirectoryIsNotUsed(t *testing.T) {
	if got := temporaryDirectory("/" + strings.Repeat("x", 60)); got != "/tmp" {
		t.Errorf("got %s", got)
	}
	if got := temporaryDirectory("/var/tmp"); got != "/var/tmp" {
		t.Errorf("got %s", got)
	}
}
