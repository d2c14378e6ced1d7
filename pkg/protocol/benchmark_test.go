package protocol_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/dlahoza/pluginart/pkg/protocol"
)

var echo = protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) { return payload, nil })

func BenchmarkClientCall(b *testing.B) {
	for _, size := range []int{10, 100, 1_000, 10_000, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			_, dial := serve(b, echo, protocol.WithReusedPayloads())
			client := connect(b, dial())
			payload := bytes.Repeat([]byte("a"), size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Call(context.Background(), payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkClientCall64Callers(b *testing.B) {
	_, dial := serve(b, echo, protocol.WithReusedPayloads())
	client := connect(b, dial())
	payload := bytes.Repeat([]byte("a"), 100)
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.Call(context.Background(), payload); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
