package fault_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// What a call may return, and what to make of it.
func Example() {
	var err error = &fault.Error{
		Code: fault.Unavailable, Origin: fault.Process, Plugin: "echo", Message: `plugin "echo" was killed by SIGKILL`,
		Evidence: &fault.Evidence{ExitCode: -1, Signal: "SIGKILL", Stderr: []string{"out of memory"}},
	}
	err = fmt.Errorf("shout: %w", err)

	fmt.Println(errors.Is(err, fault.Unavailable), errors.Is(err, context.DeadlineExceeded))
	var failure *fault.Error
	if errors.As(err, &failure) && failure.Evidence != nil {
		fmt.Println(failure.Plugin, failure.Evidence.Signal, failure.Evidence.Stderr, failure.RetrySafe)
	}
	// Output:
	// true false
	// echo SIGKILL [out of memory] false
}

// A handler chooses the code that its caller sees.
func ExampleError() {
	const notFound = 404
	err := &fault.Error{Code: notFound, Message: "there is no book 978-0", Retry: false}

	fmt.Println(errors.Is(err, fault.Code(notFound)), fault.CodeOf(err), err)
	// Output: true APPLICATION(404) there is no book 978-0
}
