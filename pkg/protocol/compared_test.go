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
	"raw whole":       func(listener net.Listener) error { return serveRaw(listener, echoWhole) },
	"pluginart": func(listener net.Listener) error {
		return protocol.NewServer(listener, echo, contractHash, protocol.WithReusedPayloads()).Serve()
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

// echoWhole holds a message until it is whole, in a buffer that it has already: its length is known before.
func echoWhole(conn net.Conn) {
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

	announce := func(conn net.Conn) net.Conn {
		if _, err := conn.Write(binary.LittleEndian.AppendUint64(nil, uint64(size))); err != nil {
			b.Fatal(err)
		}
		return conn
	}
	asItComes, whole, fresh := dial("raw as it comes"), announce(dial("raw whole")), announce(dial("raw whole"))
	toSend := make(chan struct{})
	b.Cleanup(func() { close(toSend) })
	go func() {
		for range toSend {
			if _, err := asItComes.Write(payload); err != nil {
				return
			}
		}
	}()
	keeping, recycling := connect(b, dial("pluginart")), connect(b, dial("pluginart"))
	exchange := func(conn net.Conn, answer []byte) error {
		if _, err := conn.Write(payload); err != nil {
			return err
		}
		_, err := io.ReadFull(conn, answer)
		return err
	}
	return []*contestant{
		{name: "pluginart", call: func() error {
			_, err := keeping.Call(context.Background(), payload)
			return err
		}},
		{name: "recycled", call: func() error {
			answer, err := recycling.Call(context.Background(), payload)
			protocol.Recycle(answer)
			return err
		}},
		{name: "raw", call: func() error {
			if size <= longBytes {
				return exchange(asItComes, answer)
			}
			toSend <- struct{}{}
			_, err := io.ReadFull(asItComes, answer)
			return err
		}},
		{name: "raw-whole", call: func() error { return exchange(whole, answer) }},
		{name: "raw-fresh", call: func() error { return exchange(fresh, make([]byte, size)) }},
	}
}

// longBytes is what both directions of a socket surely hold.
const longBytes = 65_536

func startEcho(b *testing.B, kind string) *pluginProcess {
	b.Setenv("PLUGINART_TEST_PLUGIN", kind)
	return startPlugin(b, nil, os.Args[0])
}

// BenchmarkBesideRawSockets gives each contestant its turns in one run, client and server in separate processes, and
// reports medians of the time of one round trip:
//
//	pluginart  Call
//	recycled   Call, and then Recycle
//	raw        bytes are echoed as they come
//	raw-whole  a message is held until it is whole, in memory that is used again, on both sides
//	raw-fresh  the same, but the client puts each answer in fresh memory, as Call must
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
			b.ReportMetric(0, "ns/op")
			for _, contestant := range contestants {
				b.ReportMetric(median(contestant.times)/1_000, contestant.name+"-µs")
			}
		})
	}
}

func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2])
}
