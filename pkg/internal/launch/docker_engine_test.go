package launch

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// bareImage has no program in it; its containers get as far as their port, and no farther.
func bareImage(t *testing.T) string {
	t.Helper()
	if err := exec.Command("docker", "version").Run(); err != nil {
		if os.Getenv("PLUGINART_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("NO TEST OF DOCKER PLUGINS: no docker engine answers")
	}
	tag := fmt.Sprintf("pluginart-test-bare-go:%d", os.Getpid())
	build := exec.Command("docker", "build", "--quiet", "--tag", tag, "-")
	build.Stdin = strings.NewReader(fmt.Sprintf("FROM scratch\nLABEL run=%d\n", os.Getpid()))
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	t.Cleanup(func() { _ = exec.Command("docker", "image", "rm", "--force", tag).Run() })
	return tag
}

func TestAPortThatIsTakenIsFollowedByAnother(t *testing.T) {
	spec := NewDocker(bareImage(t))
	spec.Args = []string{"/no/such/program"}
	listener, err := net.Listen("tcp", loopback+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := listener.Addr().(*net.TCPAddr).Port
	for _, test := range []struct {
		ports []int
		want  string
	}{
		{[]int{taken, taken, taken}, "each port that was tried for it had been taken by somebody else"},
		{[]int{taken, taken, 0}, "has no program /no/such/program"},
	} {
		home := &Home{}
		asked := 0
		findPort := func() (int, error) {
			port := test.ports[asked]
			asked++
			if port == 0 {
				return freePort()
			}
			return port, nil
		}
		launcher := &dockerLauncher{"echo", spec, home, findPort}
		_, err := launcher.Launch(t.Context(), Options{Timeout: patience, OnLine: func(Stream, string, bool) {}})
		if err == nil || !strings.Contains(err.Error(), test.want) || asked != len(test.ports) {
			t.Errorf("%v after %d ports, want %s", err, asked, test.want)
		}
		home.Close()
	}
}
