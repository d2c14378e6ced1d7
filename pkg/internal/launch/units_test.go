package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func split(chunks ...string) (lines []string) {
	splitter := &lineSplitter{onLine: func(text string, whole bool) { lines = append(lines, fmt.Sprintf("%s|%v", text, whole)) }}
	for _, chunk := range chunks {
		splitter.push([]byte(chunk))
	}
	splitter.end()
	return lines
}

func TestLinesComeWholeHoweverTheyAreSplit(t *testing.T) {
	want := []string{"one|true", "|true", "two|true", "three|true"}
	for _, chunks := range [][]string{
		{"one\n\ntwo\r\nthree"}, strings.Split("one\n\ntwo\r\nthree", ""), {"one\n", "\ntwo\r", "\nthree\n"},
	} {
		if got := split(chunks...); !reflect.DeepEqual(got, want) {
			t.Errorf("%q gives %q", chunks, got)
		}
	}
}

func TestLongLinesComeInPiecesThatTearNoCharacter(t *testing.T) {
	text := "a" + strings.Repeat("\u20ac", 50_000)
	lines := split(text[:70_001], text[70_001:]+"\nnext\n")
	if len(lines) != 4 || lines[3] != "next|true" {
		t.Fatalf("%d lines", len(lines))
	}
	joined := ""
	for _, line := range lines[:3] {
		piece, isPiece := strings.CutSuffix(line, "|false")
		if !isPiece || len(piece) > maxPieceBytes {
			t.Errorf("a piece of %d bytes", len(piece))
		}
		joined += piece
	}
	if joined != text || strings.Contains(joined, "\ufffd") {
		t.Error("the pieces are not the line")
	}
}

func TestBytesThatAreNoTextAreKept(t *testing.T) {
	got := split(strings.Repeat("\x80", maxPieceBytes+1) + "\n")
	if len(got) != 2 || len(got[0])-len("|false") != maxPieceBytes {
		t.Errorf("%d pieces", len(got))
	}
}

func readReady(lines ...string) (ready int, rest []string) {
	r := &readyLine{onReady: func() { ready++ }, onLine: func(text string, _ bool) { rest = append(rest, text) }}
	for _, line := range lines {
		r.line(line, true)
	}
	r.end()
	return ready, rest
}

func TestReadyIsFoundAloneOnItsLineOnly(t *testing.T) {
	for _, test := range []struct {
		lines []string
		ready int
		rest  []string
	}{
		{[]string{"log", "", "READY", "more"}, 1, []string{"log", "more"}},
		{[]string{"", "log", "", ""}, 0, []string{"", "log", "", ""}},
		{[]string{" READY", "READY.", "ready"}, 0, []string{" READY", "READY.", "ready"}},
		{[]string{"READY", "READY"}, 1, []string{"READY"}},
	} {
		ready, rest := readReady(test.lines...)
		if ready != test.ready || !slices.Equal(rest, test.rest) {
			t.Errorf("%q: ready %d times, rest %q", test.lines, ready, rest)
		}
	}
}

func TestATailKeepsTheLastLinesShort(t *testing.T) {
	var kept tail
	for line := range 30 {
		kept.add(fmt.Sprint(line))
		kept.add("")
	}
	kept.add(strings.Repeat("\u20ac", 1_000))
	lines := kept.lines()
	if len(lines) != maxTailLines || lines[0] != "11" || lines[19] != strings.Repeat("\u20ac", 666)+"... (1002 more bytes)" {
		t.Errorf("got %d lines, %q to %q", len(lines), lines[0], lines[19])
	}
}

func TestTheEnvironmentIsTheHostsThenThePluginsThenTheProtocols(t *testing.T) {
	host := []string{"A=host", "B=host", "PLUGIN_SOCKET=/of/the/host", "PLUGIN_TOKEN=secret", "=odd=1"}
	address := Address{Path: "/s"}
	protocol := map[string]string{"PLUGIN_SOCKET": "/s", "PLUGIN_TOKEN": "ab", "PLUGIN_TOKEN_FOR": "/s", "PLUGIN_LIFELINE": "stdin"}
	for _, test := range []struct {
		inherit Inherit
		want    map[string]string
	}{
		{Inherit{}, map[string]string{"A": "plugin", "B": "host"}},
		{Inherit{None: true}, map[string]string{"A": "plugin"}},
		{Inherit{Names: []string{"B", "PLUGIN_TOKEN"}}, map[string]string{"A": "plugin", "B": "host"}},
		{Inherit{Names: []string{}}, map[string]string{"A": "plugin"}},
	} {
		spec := &Binary{Env: map[string]string{"A": "plugin", "PLUGIN_ADDR": "1:1"}, Inherit: test.inherit}
		got := environment(spec, host, address, []byte{0xab})
		for name, value := range protocol {
			test.want[name] = value
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%+v gives %v", test.inherit, got)
		}
	}
	tcp := environment(&Binary{}, nil, Address{Host: "127.0.0.1", Port: 9}, nil)
	if tcp["PLUGIN_ADDR"] != "127.0.0.1:9" || tcp["PLUGIN_TOKEN_FOR"] != "127.0.0.1:9" || tcp["PLUGIN_SOCKET"] != "" {
		t.Errorf("tcp gives %v", tcp)
	}
}

func TestTheGatePassesOnOddVariables(t *testing.T) {
	line, gated := behindGate(command{file: "/x", args: []string{"a"}, variables: map[string]string{"odd.name": "x  y", "IFS": ",", "A": "b"}})
	want := []string{shellPath, "-c", gateScript, "pluginart", envPath, "IFS=,", "odd.name=x  y", "/x", "a"}
	if !gated || !slices.Equal(line, want) {
		t.Errorf("%v %q", gated, line)
	}
	if line, gated := behindGate(command{file: "/x=y", variables: map[string]string{"a.b": ""}}); gated || !slices.Equal(line, []string{"/x=y"}) {
		t.Errorf("%v %q", gated, line)
	}
}

func TestWhatIsUnfitSaysWhy(t *testing.T) {
	foreign := "\x7fELF\x02\x01" + strings.Repeat("\x00", 12) + "\x16\x00"
	for content, want := range map[string]string{
		"":                 "is empty",
		"#!/bin/sh\r\n":    "ends in a carriage return",
		"#!\n":             "names no interpreter",
		"#!/no/such -x\n":  "names /no/such, which cannot be run here",
		"#! /bin/sh\n":     "",
		foreign:            "is built for s390x, and this machine is",
		"\x7fELF":          "is cut short",
		"\xcf\xfa\xed\xfe": "is built for macOS",
		"MZ\x90":           "is built for Windows",
		"echo hello":       "neither a program for this machine nor a script",
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
		if got := whyUnfit(path); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if why := whyUnfit(self); why != "" {
		t.Errorf("this very program: %s", why)
	}
}
