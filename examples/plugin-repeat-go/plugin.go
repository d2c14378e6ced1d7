package main

import (
	"context"
	"fmt"
	"strings"

	"repeat-plugin/plugin/repeat"
)

// maxOutputBytes leaves room for the answer's own few bytes in a message of 4 MiB.
const maxOutputBytes = 4_000_000

// plugin answers with its input as often as asked.
type plugin struct{}

func (plugin) Repeat(_ context.Context, request *repeat.RepeatRequestT) (*repeat.RepeatResponseT, error) {
	// A count of 32 bits times a length of at most 31 bits: int64 holds it on every machine.
	bytes := int64(len(request.Input)) * int64(request.Count)
	if bytes > maxOutputBytes {
		return nil, fmt.Errorf("%d times this input is %d bytes; the most is %d", request.Count, bytes, maxOutputBytes)
	}
	return &repeat.RepeatResponseT{Output: strings.Repeat(request.Input, int(request.Count))}, nil
}
