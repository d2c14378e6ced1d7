package runtime

import (
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"
)

// Levels of plugins' lines for which package slog has no name.
const (
	LevelTrace = slog.LevelDebug - 4
	LevelFatal = slog.LevelError + 4
)

// Source says who printed a line.
type Source string

// The sources.
const (
	FromStdout Source = "stdout"
	FromStderr Source = "stderr"
	// FromHost is pluginart itself.
	FromHost Source = "host"
)

// LogRecord is one line that a plugin printed, or that the host has to say about it. It is an Event.
type LogRecord struct {
	// Plugin is empty where no plugin is concerned.
	Plugin string
	// Source is who printed it.
	Source Source
	// Level is, of JSON lines, their own; otherwise slog.LevelInfo.
	Level slog.Level
	// Message is, of JSON lines, their `message`, `msg` or `event`; otherwise the line.
	Message string
	// Fields are what else a JSON line has; nil for other lines.
	Fields map[string]any
	// Line is the line as printed.
	Line string
	// Whole is false for the pieces, of at most 64 KiB, of a longer line.
	Whole bool
}

var (
	levelKeys   = []string{"level", "severity", "lvl", "levelname"}
	messageKeys = []string{"message", "msg", "event"}
	levelNames  = map[string]slog.Level{
		"trace": LevelTrace, "debug": slog.LevelDebug, "info": slog.LevelInfo, "information": slog.LevelInfo,
		"notice": slog.LevelInfo, "warn": slog.LevelWarn, "warning": slog.LevelWarn, "error": slog.LevelError,
		"err": slog.LevelError, "fatal": LevelFatal, "critical": LevelFatal, "panic": LevelFatal,
	}
	// numberedLevels are those of pino and bunyan, 10 to 60.
	numberedLevels = []slog.Level{LevelTrace, slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError, LevelFatal}
)

// readLogLine reads a printed line. JSON objects, as most loggers can print them, keep their level and fields.
func readLogLine(plugin string, source Source, line string, whole bool) LogRecord {
	record := LogRecord{Plugin: plugin, Source: source, Level: slog.LevelInfo, Message: line, Line: line, Whole: whole}
	if !whole || !strings.HasPrefix(line, "{") || !strings.HasSuffix(line, "}") {
		return record
	}
	if json.Unmarshal([]byte(line), &record.Fields) != nil {
		record.Fields = nil
		return record
	}
	for _, key := range levelKeys {
		if level, known := levelOf(record.Fields[key]); known {
			record.Level = level
			delete(record.Fields, key)
			break
		}
	}
	for _, key := range messageKeys {
		if message, isText := record.Fields[key].(string); isText {
			record.Message = message
			delete(record.Fields, key)
			break
		}
	}
	return record
}

// levelOf reads names in any case, and numbers.
func levelOf(value any) (slog.Level, bool) {
	switch value := value.(type) {
	case string:
		level, known := levelNames[strings.ToLower(value)]
		return level, known
	case float64:
		if value >= 10 && value < 70 {
			return numberedLevels[int(value/10)-1], true
		}
	}
	return 0, false
}

// slogRecord is the record as package slog has them: plugin, source and fields are its attributes, by name.
func (r *LogRecord) slogRecord() slog.Record {
	record := slog.NewRecord(time.Now(), r.Level, r.Message, 0)
	if r.Plugin != "" {
		record.AddAttrs(slog.String("plugin", r.Plugin))
	}
	record.AddAttrs(slog.String("source", string(r.Source)))
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		record.AddAttrs(slog.Any(name, r.Fields[name]))
	}
	return record
}
