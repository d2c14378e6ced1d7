package runtime

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// BenchmarkCall is one caller, and 64 at once, through a manager and a plugin's process.
func BenchmarkCall(b *testing.B) {
	ctx := context.Background()
	m := newManager([]supervise.Spec{pluginSpec("echo", "plugin")}, options{logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := m.Start(ctx); err != nil {
		b.Fatal(err)
	}
	defer m.Shutdown(ctx)
	for _, bytes := range []int{10, 1_000, 10_000} {
		payload := make([]byte, bytes)
		call := func(b *testing.B) {
			if _, err := m.Call(ctx, "echo", payload); err != nil {
				b.Error(err)
			}
		}
		b.Run(fmt.Sprintf("bytes=%d/callers=1", bytes), func(b *testing.B) {
			b.SetBytes(int64(bytes))
			b.ReportAllocs()
			for b.Loop() {
				call(b)
			}
		})
		b.Run(fmt.Sprintf("bytes=%d/callers=64", bytes), func(b *testing.B) {
			b.SetBytes(int64(bytes))
			b.ReportAllocs()
			b.SetParallelism(32)
			b.RunParallel(func(parallel *testing.PB) {
				for parallel.Next() {
					call(b)
				}
			})
		})
	}
}
