// Package suite measures raw calls by Go's own benchmarks.
package suite

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dlahoza/pluginart/bench/go/report"
)

// Callers call at once.
const Callers = 64

// maxRetainedBytes is what a process may hold on to after a row, beyond what it held before.
const maxRetainedBytes = 8 << 20

var payloadBytes = []int{10, 1_000, 10_000}

// subject is what is measured in this process, over all sizes.
type subject struct {
	name string
	// open makes ready for payloads of a size; load carries so many calls, of Callers at once.
	open func(size int) (load func(calls int) error, close func(), err error)
}

var subjects = []subject{
	{name: "host manager", open: openManager},
	{name: "protocol client", open: openClient},
	{name: "plugin server", open: openServer},
}

// Row is a subject with a size.
type Row struct {
	Subject string
	Bytes   int
	Calls   int
	// NsPerCall is the time by the clock for one call, all callers together.
	NsPerCall          float64
	MegabytesPerSecond float64
	// AllocatedBytes and Allocations are by call, of this process.
	AllocatedBytes, Allocations float64
	// RetainedBytes are in use beyond what was before the row, after a collection.
	RetainedBytes float64
}

// Run measures all rows, each for as long as -test.benchtime says.
func Run() ([]Row, error) {
	var rows []Row
	for _, subject := range subjects {
		for _, size := range payloadBytes {
			row, err := subject.measure(size)
			if err != nil {
				return nil, fmt.Errorf("%s, %d bytes: %w", subject.name, size, err)
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (s subject) measure(size int) (Row, error) {
	load, shut, err := s.open(size)
	if err != nil {
		return Row{}, err
	}
	defer shut()
	if err := load(10_000); err != nil {
		return Row{}, err
	}
	before := inUse()
	var failure error
	result := testing.Benchmark(func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		if err := load(b.N); err != nil {
			failure = err
			b.FailNow()
		}
	})
	calls := float64(max(result.N, 1))
	return Row{
		Subject: s.name, Bytes: size, Calls: result.N, NsPerCall: float64(result.T.Nanoseconds()) / calls,
		MegabytesPerSecond: calls * float64(size) / 1e6 / result.T.Seconds(),
		AllocatedBytes:     float64(result.MemBytes) / calls, Allocations: float64(result.MemAllocs) / calls,
		RetainedBytes: inUse() - before,
	}, failure
}

// inUse is this process's memory that is not garbage.
func inUse() float64 {
	var statistics runtime.MemStats
	// What finalizers and pools held goes with the second collection.
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&statistics)
	return float64(statistics.HeapAlloc + statistics.StackInuse)
}

// callMany has Callers make so many calls in all.
func callMany(call func(ctx context.Context) error) func(calls int) error {
	return func(calls int) error {
		var left atomic.Int64
		left.Store(int64(calls))
		failures := make(chan error, Callers)
		var all sync.WaitGroup
		for range min(Callers, calls) {
			all.Go(func() {
				for left.Add(-1) >= 0 {
					if err := call(context.Background()); err != nil {
						failures <- err
						return
					}
				}
			})
		}
		all.Wait()
		close(failures)
		return <-failures
	}
}

// Table prints the rows.
func Table(rows []Row) string {
	cells := make([][]string, len(rows))
	for index, row := range rows {
		cells[index] = []string{
			row.Subject, report.Whole(float64(row.Bytes)), report.Whole(row.NsPerCall), report.ThreeDigits(row.MegabytesPerSecond),
			report.Whole(row.AllocatedBytes), fmt.Sprintf("%.2f", row.Allocations), report.Bytes(row.RetainedBytes),
		}
	}
	headings := []string{"", "bytes", "ns/op", "MB/s", "B/op", "allocs/op", "retained"}
	return fmt.Sprintf("Suite: raw calls, %d callers\n\n%s", Callers, report.Table(headings, cells))
}

// ExceededLimits is a sentence for each limit that a row exceeds.
func ExceededLimits(rows []Row) []string {
	failures := []string{}
	for _, row := range rows {
		if row.RetainedBytes > maxRetainedBytes {
			failures = append(failures, fmt.Sprintf("%s, %d bytes: %s are retained, at most %s are allowed",
				row.Subject, row.Bytes, report.Bytes(row.RetainedBytes), report.Bytes(maxRetainedBytes)))
		}
	}
	return failures
}

// Verdicts are about allocations.
func Verdicts(rows []Row) []report.Verdict {
	for _, row := range rows {
		if row.Subject == "protocol client" && row.Bytes == 10 {
			return []report.Verdict{report.AtMost("allocations of a raw call, in the client", 3, row.Allocations)}
		}
	}
	return nil
}
