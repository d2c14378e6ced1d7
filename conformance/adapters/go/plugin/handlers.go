package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/dlahoza/pluginart/conformance/adapters/go/generated/conformance"
	"github.com/dlahoza/pluginart/pkg/fault"
)

// handlers are what a plugin does for the contract of the suites: see schema/conformance.fbs.
type handlers struct {
	mutex    sync.Mutex
	observed map[string]*conformance.ObserveResponseT
	counts   map[string]uint64
}

func newHandlers() *handlers {
	return &handlers{observed: map[string]*conformance.ObserveResponseT{}, counts: map[string]uint64{}}
}

// note changes what is known of the sleeps of that name, and returns it.
func (h *handlers) note(tag string, change func(seen *conformance.ObserveResponseT)) conformance.ObserveResponseT {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	seen, known := h.observed[tag]
	if !known {
		seen = &conformance.ObserveResponseT{}
		h.observed[tag] = seen
	}
	change(seen)
	return *seen
}

func (h *handlers) Echo(_ context.Context, request *conformance.EchoRequestT) (*conformance.EchoResponseT, error) {
	return &conformance.EchoResponseT{Everything: request.Everything}, nil
}

func (h *handlers) Send(_ context.Context, request *conformance.SendRequestT) (*conformance.SendResponseT, error) {
	return &conformance.SendResponseT{Parcel: request.Parcel}, nil
}

func (h *handlers) Fail(_ context.Context, request *conformance.FailRequestT) (*conformance.FailResponseT, error) {
	if request.Ordinary {
		return nil, errors.New(request.Message)
	}
	return nil, &fault.Error{
		Code: fault.Code(request.Code), Message: request.Message, Retry: request.Retry, Details: request.Details,
	}
}

func (h *handlers) Sleep(ctx context.Context, request *conformance.SleepRequestT) (*conformance.SleepResponseT, error) {
	response := &conformance.SleepResponseT{}
	if deadline, has := ctx.Deadline(); has {
		response.HasDeadline, response.RemainingMs = true, uint32(max(0, time.Until(deadline).Milliseconds()))
	}
	h.note(request.Tag, func(seen *conformance.ObserveResponseT) { seen.Begun++ })
	defer h.note(request.Tag, func(seen *conformance.ObserveResponseT) { seen.Returned++ })
	awake := time.After(time.Duration(request.Ms) * time.Millisecond)
	select {
	case <-awake:
		return response, nil
	case <-ctx.Done():
		h.note(request.Tag, func(seen *conformance.ObserveResponseT) { seen.ToldToStop++ })
	}
	if !request.Stubborn {
		return nil, ctx.Err()
	}
	<-awake
	return response, nil
}

func (h *handlers) Observe(
	_ context.Context, request *conformance.ObserveRequestT,
) (*conformance.ObserveResponseT, error) {
	seen := h.note(request.Tag, func(*conformance.ObserveResponseT) {})
	return &seen, nil
}

func (h *handlers) Spin(_ context.Context, request *conformance.SpinRequestT) (*conformance.SpinResponseT, error) {
	for end := time.Now().Add(time.Duration(request.Ms) * time.Millisecond); time.Now().Before(end); {
	}
	return &conformance.SpinResponseT{}, nil
}

func (h *handlers) Size(_ context.Context, request *conformance.SizeRequestT) (*conformance.SizeResponseT, error) {
	return &conformance.SizeResponseT{
		Received: uint32(len(request.Filler)), Filler: bytes.Repeat([]byte("a"), int(request.Bytes)),
	}, nil
}

func (h *handlers) Print(_ context.Context, request *conformance.PrintRequestT) (*conformance.PrintResponseT, error) {
	output := os.Stdout
	if request.To == conformance.OutputStderr {
		output = os.Stderr
	}
	_, err := output.WriteString(strings.Join(request.Lines, "\n") + "\n")
	return &conformance.PrintResponseT{}, err
}

func (h *handlers) Crash(_ context.Context, request *conformance.CrashRequestT) (*conformance.CrashResponseT, error) {
	if request.LastWords != nil {
		fmt.Fprintln(os.Stderr, *request.LastWords)
	}
	if request.Signal == nil {
		os.Exit(int(request.ExitCode))
	}
	number, known := map[string]syscall.Signal{"SIGKILL": syscall.SIGKILL, "SIGABRT": syscall.SIGABRT}[*request.Signal]
	if !known {
		return nil, fmt.Errorf("%s is no signal known here", *request.Signal)
	}
	if err := syscall.Kill(os.Getpid(), number); err != nil {
		return nil, err
	}
	select {}
}

func (h *handlers) DescribeProcess(
	context.Context, *conformance.DescribeProcessRequestT,
) (*conformance.DescribeProcessResponseT, error) {
	directory, err := os.Getwd()
	response := &conformance.DescribeProcessResponseT{Pid: uint32(os.Getpid()), Directory: &directory}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		response.Variables = append(response.Variables, &conformance.VariableT{Name: name, Value: value})
	}
	return response, err
}

func (h *handlers) Count(_ context.Context, request *conformance.CountRequestT) (*conformance.CountResponseT, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.counts[request.Counter]++
	return &conformance.CountResponseT{Count: h.counts[request.Counter]}, nil
}
