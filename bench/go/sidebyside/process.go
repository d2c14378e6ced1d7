package sidebyside

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Roles of this program's processes; the contestant's name follows.
const (
	ServerRole = "server"
	ClientRole = "client"
)

// RunServer serves a contestant on a socket until stdin ends.
func RunServer(contestant *Contestant, socket string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- contestant.Serve(listener) }()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		ended <- nil
	}()
	fmt.Println("ready")
	return <-ended
}

// order is what a client is told: to call for so long.
type order struct {
	Scenario int
	Duration time.Duration
}

// Slice is what came of it.
type Slice struct {
	Calls int64
	Took  time.Duration
	// Error is empty where all went well.
	Error string
}

// RunClient calls a contestant's server as it is ordered on stdin, a line of JSON each, until that ends.
func RunClient(contestant *Contestant, socket string) error {
	ctx := context.Background()
	connections := make([]Connection, len(Scenarios))
	calls := make([]func(context.Context) error, len(Scenarios))
	for index, scenario := range Scenarios {
		connection, err := contestant.Open(ctx, socket)
		if err != nil {
			return err
		}
		connections[index] = connection
		if calls[index], err = connection.Echo(scenario.Bytes, scenario.Callers); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	orders, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var next order
		if err := orders.Decode(&next); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		slice := callFor(ctx, calls[next.Scenario], Scenarios[next.Scenario].Callers, next.Duration)
		if err := answers.Encode(slice); err != nil {
			return err
		}
	}
}

func callFor(ctx context.Context, call func(context.Context) error, callers int, duration time.Duration) Slice {
	var total atomic.Int64
	var failure atomic.Pointer[string]
	var all sync.WaitGroup
	began := time.Now()
	for range callers {
		all.Go(func() {
			calls := int64(0)
			for time.Since(began) < duration {
				if err := call(ctx); err != nil {
					message := err.Error()
					failure.Store(&message)
					break
				}
				calls++
			}
			total.Add(calls)
		})
	}
	all.Wait()
	slice := Slice{Calls: total.Load(), Took: time.Since(began)}
	if message := failure.Load(); message != nil {
		slice.Error = *message
	}
	return slice
}

// pair is a contestant's two processes.
type pair struct {
	name           string
	server, client *exec.Cmd
	orders         *json.Encoder
	answers        *json.Decoder
	closers        []io.Closer
}

// start runs both processes of a contestant, in a directory for its socket.
func start(contestant *Contestant, directory string, index int) (*pair, error) {
	p := &pair{name: contestant.Name}
	socket := filepath.Join(directory, fmt.Sprint(index))
	var err error
	if p.server, _, _, err = p.run(ServerRole, contestant.Name, socket); err != nil {
		return p, err
	}
	client, stdin, stdout, err := p.run(ClientRole, contestant.Name, socket)
	if err != nil {
		return p, err
	}
	p.client, p.orders, p.answers = client, json.NewEncoder(stdin), json.NewDecoder(stdout)
	return p, nil
}

func (p *pair) run(role, name, socket string) (*exec.Cmd, io.Writer, io.Reader, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, nil, err
	}
	command := exec.Command(self, role, name, socket)
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, nil, nil, err
	}
	if err := command.Start(); err != nil {
		return nil, nil, nil, err
	}
	p.closers = append(p.closers, stdin)
	lines := bufio.NewReader(stdout)
	if line, err := lines.ReadString('\n'); err != nil || line != "ready\n" {
		return nil, nil, nil, fmt.Errorf("the %s of %s did not get ready: %q, %w", role, name, line, err)
	}
	return command, stdin, lines, nil
}

// slice has the client call in a scenario for so long.
func (p *pair) slice(scenario int, duration time.Duration) (Slice, error) {
	var slice Slice
	if err := p.orders.Encode(order{Scenario: scenario, Duration: duration}); err != nil {
		return slice, err
	}
	if err := p.answers.Decode(&slice); err != nil {
		return slice, fmt.Errorf("%s ended: %w", p.name, err)
	}
	if slice.Error != "" {
		return slice, fmt.Errorf("%s, %s: %s", p.name, Scenarios[scenario].Name, slice.Error)
	}
	return slice, nil
}

// stop ends both processes: their stdin does.
func (p *pair) stop() {
	for index := len(p.closers) - 1; index >= 0; index-- {
		p.closers[index].Close()
	}
	for _, command := range []*exec.Cmd{p.client, p.server} {
		if command != nil {
			_ = command.Wait() // How it ends is of no interest any more.
		}
	}
}
