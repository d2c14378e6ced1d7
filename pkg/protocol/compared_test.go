package protocol_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/protocol"
)

// echoServers are what this program serves as another process, by the value of PLUGINART_TEST_PLUGIN.
var echoServers = map[string]func(net.Listener) error{
	"raw as it comes": func(listener net.Listener) error { return serveRaw(listener, echoAsItComes) },
	"raw fixed":       func(listener net.Listener) error { return serveRaw(listener, echoFromFixedBuffer) },
	"raw whole":       func(listener net.Listener) error { return serveRaw(listener, echoFreshBuffers) },
	"pluginart": func(listener net.Listener) error {
		return protocol.NewServer(listener, echo, contractHash).Serve()
	},
}

// runAsEcho serves until stdin ends.
func runAsEcho(serve func(net.Listener) error) {
	listener, err := net.Listen("unix", os.Getenv("PLUGIN_SOCKET"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go func() {
		fmt.Fprintln(os.Stderr, serve(listener))
		os.Exit(1)
	}()
	fmt.Println("READY")
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func serveRaw(listener net.Listener, echo func(net.Conn)) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			echo(conn)
		}()
	}
}

// echoAsItComes sends the first bytes back while the last are still coming.
func echoAsItComes(conn net.Conn) {
	buffer := make([]byte, 262_144)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return
		}
		if _, err := conn.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// echoFromFixedBuffer holds a message until it is whole, in a buffer that it has already: its length is known before.
func echoFromFixedBuffer(conn net.Conn) {
	var length [8]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return
	}
	buffer := make([]byte, binary.LittleEndian.Uint64(length[:]))
	for {
		if _, err := io.ReadFull(conn, buffer); err != nil {
			return
		}
		if _, err := conn.Write(buffer); err != nil {
			return
		}
	}
}

// echoFreshBuffers is the least that a call is: a length before each message, which is whole, and in memory of its own,
// before anybody sees it.
func echoFreshBuffers(conn net.Conn) {
	for {
		message, err := readWhole(conn)
		if err != nil {
			return
		}
		if err := writeWhole(conn, message); err != nil {
			return
		}
	}
}

func writeWhole(conn net.Conn, message []byte) error {
	header := binary.LittleEndian.AppendUint64(make([]byte, 0, 8), uint64(len(message)))
	_, err := (&net.Buffers{header, message}).WriteTo(conn)
	return err
}

func readWhole(conn net.Conn) ([]byte, error) {
	var header [8]byte
	if _, err := io.ReadFull(conn, header[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.LittleEndian.Uint64(header[:]))
	_, err := io.ReadFull(conn, message)
	return message, err
}

// A contestant makes one round trip.
type contestant struct {
	name  string
	call  func() error
	times []time.Duration
}

func startContestants(b *testing.B, size int) []*contestant {
	payload := bytes.Repeat([]byte("a"), size)
	answer := make([]byte, size)
	dial := func(kind string) net.Conn {
		conn, err := net.Dial("unix", startEcho(b, kind).socket)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		return conn
	}

	asItComes, fixed, whole := dial("raw as it comes"), dial("raw fixed"), dial("raw whole")
	if _, err := fixed.Write(binary.LittleEndian.AppendUint64(nil, uint64(size))); err != nil {
		b.Fatal(err)
	}
	send := make(chan struct{})
	b.Cleanup(func() { close(send) })
	go func() {
		for range send {
			if _, err := asItComes.Write(payload); err != nil {
				return
			}
		}
	}()
	client := connect(b, dial("pluginart"))
	return []*contestant{
		{name: "raw", call: func() error {
			if size > 100_000 {
				send <- struct{}{}
			} else if _, err := asItComes.Write(payload); err != nil {
				return err
			}
			_, err := io.ReadFull(asItComes, answer)
			return err
		}},
		{name: "raw-fixed", call: func() error {
			if _, err := fixed.Write(payload); err != nil {
				return err
			}
			_, err := io.ReadFull(fixed, answer)
			return err
		}},
		{name: "raw-whole", call: func() error {
			if err := writeWhole(whole, payload); err != nil {
				return err
			}
			_, err := readWhole(whole)
			return err
		}},
		{name: "pluginart", call: func() error {
			_, err := client.Call(context.Background(), payload)
			return err
		}},
	}
}

func startEcho(b *testing.B, kind string) *pluginProcess {
	b.Setenv("PLUGINART_TEST_PLUGIN", kind)
	return startPlugin(b, nil, os.Args[0])
}

// BenchmarkBesideRawSockets gives each contestant its turns in one run, client and server in separate processes, and
// reports medians of the time of one round trip, in ns, and the ratios to ours.
func BenchmarkBesideRawSockets(b *testing.B) {
	const turn = 20 * time.Millisecond
	for _, size := range []int{100, 10_000, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			contestants := startContestants(b, size)
			for b.Loop() {
				for _, contestant := range contestants {
					calls := 0
					began := time.Now()
					for ; calls < 4 || time.Since(began) < turn; calls++ {
						if err := contestant.call(); err != nil {
							b.Fatal(contestant.name, err)
						}
					}
					contestant.times = append(contestant.times, time.Since(began)/time.Duration(calls))
				}
			}
			ours := median(contestants[3].times)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(ours, "pluginart-ns")
			for _, raw := range contestants[:3] {
				b.ReportMetric(median(raw.times), raw.name+"-ns")
				b.ReportMetric(ours/median(raw.times), "x-"+raw.name)
			}
		})
	}
}

func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2])
}
