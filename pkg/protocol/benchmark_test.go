package protocol_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"testing"

	"github.com/dlahoza/pluginart/pkg/protocol"
)

var echo = protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) { return payload, nil })

// BenchmarkRawSocketEcho is what a call is compared with: bytes there and back over a Unix socket.
func BenchmarkRawSocketEcho(b *testing.B) {
	for _, size := range []int{100, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "s")
			listener, err := net.Listen("unix", path)
			if err != nil {
				b.Fatal(err)
			}
			defer listener.Close()
			go func() {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				defer conn.Close()
				buffer := make([]byte, size)
				for {
					if _, err := io.ReadFull(conn, buffer); err != nil {
						return
					}
					if _, err := conn.Write(buffer); err != nil {
						return
					}
				}
			}()
			conn, err := net.Dial("unix", path)
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			payload := make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := conn.Write(payload); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(conn, payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkClientCall(b *testing.B) {
	for _, size := range []int{10, 100, 1_000, 10_000, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			_, dial := serve(b, echo)
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
	_, dial := serve(b, echo)
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
