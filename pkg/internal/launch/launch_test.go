package launch

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dlahoza/pluginart/pkg/fault"
)

func TestMain(m *testing.M) {
	if os.Getenv("LISTEN_AND_SAY_NOTHING") != "" {
		if _, err := net.Listen("unix", os.Getenv("PLUGIN_SOCKET")); err != nil {
			panic(err)
		}
		select {}
	}
	goleak.VerifyTestMain(m)
}

const patience = 20 * time.Second

// launched is one start with what it printed.
type launched struct {
	instance *Instance
	err      error
	mutex    sync.Mutex
	lines    []string
}

func (l *launched) onLine(stream Stream, text string, _ bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.lines = append(l.lines, string(stream)+": "+text)
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func launchIn(t *testing.T, ctx context.Context, spec Binary, timeout time.Duration) *launched {
	t.Helper()
	home := &Home{}
	if spec.Dir == "" {
		spec.Dir = t.TempDir()
	}
	result := &launched{}
	options := Options{Timeout: timeout, OnLine: result.onLine}
	result.instance, result.err = New("echo", &spec, home).Launch(ctx, options)
	t.Cleanup(func() {
		if result.instance != nil {
			result.instance.Stop(0)
		}
		home.Close()
	})
	return result
}

func start(t *testing.T, spec Binary) *launched {
	t.Helper()
	result := launchIn(t, t.Context(), spec, patience)
	if result.err != nil {
		t.Fatal(result.err)
	}
	return result
}

// failure is the error of a start that fails, whose message has to match.
func failure(t *testing.T, spec Binary, timeout time.Duration, pattern string) *fault.Error {
	t.Helper()
	err := launchIn(t, t.Context(), spec, timeout).err
	known, ok := errors.AsType[*fault.Error](err)
	if !ok || known.Code != fault.StartupFailed || known.Plugin != "echo" {
		t.Fatalf("got %#v", err)
	}
	if !regexp.MustCompile("(?s)" + pattern).MatchString(known.Message) {
		t.Fatalf("%q does not match %s", known.Message, pattern)
	}
	return known
}

func TestReadyMayComeInTwoWritesAndLinesBeforeItAreLog(t *testing.T) {
	started := start(t, Binary{Path: fixture(t, "split-ready")})
	started.mutex.Lock()
	if !reflect.DeepEqual(started.lines, []string{"stdout: one line before"}) {
		t.Errorf("lines %q", started.lines)
	}
	started.mutex.Unlock()
	started.instance.Stop(patience)
	if !started.instance.Process.HasExited() || started.instance.Process.HowEnded() != "was killed by SIGTERM" {
		t.Error(started.instance.Process.HowEnded())
	}
}

func TestWhatIgnoresSIGTERMIsKilled(t *testing.T) {
	instance := start(t, Binary{Path: fixture(t, "ignores-sigterm")}).instance
	instance.Stop(200 * time.Millisecond)
	if how := instance.Process.HowEnded(); how != "was killed by SIGKILL" {
		t.Error(how)
	}
	instance.Stop(200 * time.Millisecond)
}

func TestAMissingFileWithWhatWasSearched(t *testing.T) {
	failure(t, Binary{Path: "/no/such/plugin"}, patience, `^plugin "echo": /no/such/plugin does not exist$`)
	failure(t, Binary{Path: "/usr/bin/node plugin.js"}, patience, `does not exist; arguments belong into args$`)
	path := map[string]string{"PATH": "/bin:/usr/bin"}
	failure(t, Binary{Path: "no-such-plugin", Env: path}, patience, `no executable "no-such-plugin" on PATH; searched /bin, /usr/bin\.`)
	failure(t, Binary{Path: "no-such-plugin", Inherit: Inherit{None: true}}, patience, `searched nothing, as PATH is empty`)
}

func TestAFileThatIsNotExecutableWithTheCommandThatHelps(t *testing.T) {
	path := fixture(t, "not-executable")
	failure(t, Binary{Path: path}, patience, `is not executable; run: chmod \+x \S+not-executable$`)
	onPath := map[string]string{"PATH": filepath.Dir(path)}
	failure(t, Binary{Path: "not-executable", Env: onPath}, patience, `but \S+ is not executable; run: chmod \+x`)
}

func TestADirectoryAnInterpreterOrAWorkingDirectoryThatIsMissing(t *testing.T) {
	failure(t, Binary{Path: t.TempDir()}, patience, `is a directory, not an executable`)
	failure(t, Binary{Path: fixture(t, "bad-interpreter")}, patience, `the #! line of \S+ names /no/such/interpreter`)
	failure(t, Binary{Path: fixture(t, "split-ready"), Dir: "/no/such/directory"}, patience,
		`its working directory /no/such/directory does not exist`)
	failure(t, Binary{Path: fixture(t, "no-shebang")}, patience, `neither a program for this machine nor a script`)
}

func TestAnEarlyExitWithItsCodeAndWhatItPrinted(t *testing.T) {
	err := failure(t, Binary{Path: fixture(t, "exits-at-once")}, patience, `^plugin "echo" exited with code 3 before it was ready
  stderr:
    cannot open the database: no such file
  stdout:
    reading settings$`)
	want := &fault.Evidence{
		ExitCode: 3, Stderr: []string{"cannot open the database: no such file"}, Stdout: []string{"reading settings"},
	}
	if !reflect.DeepEqual(err.Evidence, want) {
		t.Errorf("evidence %+v", err.Evidence)
	}
}

func TestNeverReadyWithWhatItPrinted(t *testing.T) {
	err := failure(t, Binary{Path: fixture(t, "never-ready")}, 3*time.Second,
		`has neither listened at its address nor printed READY within 3 s \(startup_timeout\).*still thinking`)
	if err.Evidence.Signal != "SIGTERM" || err.Evidence.ExitCode != -1 {
		t.Errorf("evidence %+v", err.Evidence)
	}
}

func TestBoundButNeverReady(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	failure(t, Binary{Path: self, Env: map[string]string{"LISTEN_AND_SAY_NOTHING": "1"}}, 6*time.Second,
		`listens at unix:\S+, but has not printed READY alone on a line of stdout`)
}

func TestReadyInTheWrongPlace(t *testing.T) {
	path := fixture(t, "misprints-ready")
	failure(t, Binary{Path: path, Args: []string{"READY", "2"}}, 3*time.Second, `READY belongs on stdout, not on stderr`)
	failure(t, Binary{Path: path, Args: []string{"plugin is READY", "1"}}, 3*time.Second,
		`READY has to be alone on its line, and not as in "plugin is READY"`)
}

func TestACancelledStartLeavesNothing(t *testing.T) {
	reason := errors.New("never mind")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(100*time.Millisecond, func() { cancel(reason) })
	if err := launchIn(t, ctx, Binary{Path: fixture(t, "never-ready")}, patience).err; err != reason {
		t.Error(err)
	}
	if err := launchIn(t, ctx, Binary{Path: fixture(t, "never-ready")}, patience).err; err != reason {
		t.Error(err)
	}
}

func TestAPortThatSomebodyElseTookIsReplaced(t *testing.T) {
	tries := filepath.Join(t.TempDir(), "tries")
	instance := start(t, Binary{Path: fixture(t, "port-taken"), Transport: TCP, Env: map[string]string{"TRIES": tries}}).instance
	tried, err := os.ReadFile(tries)
	if err != nil || string(tried) != "x\nx\nx\n" || instance.Address.Network() != "tcp" {
		t.Errorf("tried %q, %v, at %v", tried, err, instance.Address)
	}
}

func TestEachLaunchHasItsOwnSocketAndToken(t *testing.T) {
	one := start(t, Binary{Path: fixture(t, "ready-but-deaf")}).instance
	two := start(t, Binary{Path: fixture(t, "ready-but-deaf")}).instance
	if one.Address.Path == two.Address.Path || string(one.Token) == string(two.Token) || len(one.Token) != 32 {
		t.Errorf("%v and %v", one, two)
	}
	if filepath.Dir(one.Address.Path) != filepath.Dir(two.Address.Path) {
		t.Error("two homes in one process")
	}
	for _, instance := range []*Instance{one, two} {
		if err := os.WriteFile(instance.Address.Path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		instance.Stop(0)
		if _, err := os.Stat(instance.Address.Path); !os.IsNotExist(err) {
			t.Errorf("%s is left: %v", instance.Address.Path, err)
		}
	}
}

func TestOneHundredMegabytesWithoutANewlineBlockNobody(t *testing.T) {
	const megabytes = 100
	var mutex sync.Mutex
	counts := map[Stream]int{}
	home := &Home{}
	defer home.Close()
	spec := &Binary{Path: "/bin/sh", Dir: "/", Args: []string{"-c",
		"head -c 104857600 /dev/zero; head -c 104857600 /dev/zero >&2; echo; echo READY; exec sleep 1000"}}
	instance, err := New("echo", spec, home).Launch(t.Context(), Options{Timeout: 3 * patience, OnLine: func(stream Stream, text string, whole bool) {
		mutex.Lock()
		defer mutex.Unlock()
		if whole && text != "" && stream == Stderr || len(text) > maxPieceBytes {
			t.Errorf("%d bytes at once, whole: %v", len(text), whole)
		}
		counts[stream] += len(text)
	}})
	if err != nil {
		t.Fatal(err)
	}
	instance.Stop(0)
	mutex.Lock()
	defer mutex.Unlock()
	if counts[Stdout] != megabytes<<20 || counts[Stderr] != megabytes<<20 {
		t.Errorf("got %v bytes", counts)
	}
}

func TestAStrangerThatHoldsThePipesDoesNotHoldUpTheEnd(t *testing.T) {
	// In a session of its own it is not of the plugin's group.
	script := "setsid sleep 5 & echo $!; echo READY; exec sleep 1000"
	started := start(t, Binary{Path: "/bin/sh", Args: []string{"-c", script}})
	before := time.Now()
	started.instance.Stop(patience)
	if time.Since(before) > patience {
		t.Errorf("it took %v", time.Since(before))
	}
	if !strings.HasPrefix(started.lines[0], "stdout: ") {
		t.Errorf("lines %q", started.lines)
	}
}
