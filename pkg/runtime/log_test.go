package runtime

import (
	"bytes"
	"context"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

func TestLogLinesKeepTheirLevelAndFields(t *testing.T) {
	for line, want := range map[string]LogRecord{
		`{"level":"WARN","msg":"low","disk":"/"}`: {Level: slog.LevelWarn, Message: "low", Fields: map[string]any{"disk": "/"}},
		`{"level":60,"message":"dead"}`:           {Level: LevelFatal, Message: "dead", Fields: map[string]any{}},
		`{"severity":"critical","event":"x"}`:     {Level: LevelFatal, Message: "x", Fields: map[string]any{}},
		`{"level":"odd"}`:                         {Message: `{"level":"odd"}`, Fields: map[string]any{"level": "odd"}},
		`{"level":7}`:                             {Message: `{"level":7}`, Fields: map[string]any{"level": 7.0}},
		`{not json}`:                              {Message: `{not json}`},
		`null`:                                    {Message: `null`},
		`plain`:                                   {Message: `plain`},
	} {
		want.Plugin, want.Source, want.Line, want.Whole = "echo", FromStdout, line, true
		if got := readLogLine("echo", FromStdout, line, true); !reflect.DeepEqual(got, want) {
			t.Errorf("%s gives %+v", line, got)
		}
	}
	piece := readLogLine("echo", FromStderr, `{"level":"warn"}`, false)
	if piece.Level != slog.LevelInfo || piece.Fields != nil || piece.Whole {
		t.Errorf("a piece gives %+v", piece)
	}
}

// lockedBuffer is written by slog and read by the test.
type lockedBuffer struct {
	mutex sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.Buffer.Write(text)
}

func (b *lockedBuffer) text() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.String()
}

func TestWhatAPluginPrintsGoesToTheLogger(t *testing.T) {
	var printed lockedBuffer
	m := newManager([]supervise.Spec{pluginSpec("echo", "plugin")}, options{logger: slog.New(slog.NewTextHandler(&printed, nil))})
	defer m.Shutdown(context.Background())
	if err := m.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"print stdout hello world", `print stderr {"level":"warn","msg":"low","disk":"/"}`} {
		if _, err := m.Call(t.Context(), "echo", []byte(command)); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		`level=INFO msg="hello world" plugin=echo source=stdout`, `level=WARN msg=low plugin=echo source=stderr disk=/`,
	} {
		eventually(t, want, func() bool { return strings.Contains(printed.text(), want) })
	}
}
