// Package notation converts between the plain values of generated code and the JSON that suites and adapters use for
// them: see src/notation/README.md.
package notation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/dlahoza/pluginart/conformance/adapters/go/generated/conformance"
)

// reportedWhole is how many bytes are reported as they are.
const reportedWhole = 256

// shapes are the members of the union, by their names in the schema.
var shapes = map[string]reflect.Type{
	"Node":      reflect.TypeFor[conformance.ShapeNodeT](),
	"Label":     reflect.TypeFor[conformance.ShapeLabelT](),
	"Optionals": reflect.TypeFor[conformance.ShapeOptionalsT](),
}

// Read fills a value, which target points to, with what a suite says.
func Read(source any, target any) error {
	return read(source, reflect.ValueOf(target).Elem())
}

// Write is what a suite would say for the value.
func Write(value any) any { return write(reflect.ValueOf(value)) }

// ParseBytes reads hex, or one piece many times.
func ParseBytes(source any) ([]byte, error) {
	switch source := source.(type) {
	case string:
		return hex.DecodeString(source)
	case map[string]any:
		piece, err := hex.DecodeString(fmt.Sprint(source["repeat"]))
		if err != nil {
			return nil, err
		}
		times, err := source["times"].(json.Number).Int64()
		return []byte(strings.Repeat(string(piece), int(times))), err
	default:
		return nil, fmt.Errorf("%v is no bytes", source)
	}
}

// ReportBytes is hex, or for many bytes their number and SHA-256.
func ReportBytes(value []byte) any {
	if len(value) <= reportedWhole {
		return hex.EncodeToString(value)
	}
	digest := sha256.Sum256(value)
	return map[string]any{"length": len(value), "sha256": hex.EncodeToString(digest[:])}
}

func read(source any, target reflect.Value) error {
	switch target.Kind() {
	case reflect.Pointer:
		target.Set(newValue(target.Type().Elem()))
		return read(source, target.Elem())
	case reflect.Interface:
		return readUnion(source, target)
	case reflect.Struct:
		return readFields(source, target)
	case reflect.Slice:
		if target.Type().Elem().Kind() == reflect.Uint8 {
			parsed, err := ParseBytes(source)
			target.SetBytes(parsed)
			return err
		}
		items := source.([]any)
		target.Set(reflect.MakeSlice(target.Type(), len(items), len(items)))
		return readItems(items, target)
	case reflect.Array:
		return readItems(source.([]any), target)
	default:
		return readScalar(source, target)
	}
}

// newValue is a pointer to a value as the schema has it where nothing is said.
func newValue(of reflect.Type) reflect.Value {
	if of == reflect.TypeFor[conformance.DefaultsT]() {
		return reflect.ValueOf(conformance.NewDefaultsT())
	}
	return reflect.New(of)
}

func readItems(items []any, target reflect.Value) error {
	for index, item := range items {
		if err := read(item, target.Index(index)); err != nil {
			return err
		}
	}
	return nil
}

func readFields(source any, target reflect.Value) error {
	for key, item := range source.(map[string]any) {
		field := target.FieldByNameFunc(func(name string) bool { return snakeCase(name) == key })
		if !field.IsValid() {
			return fmt.Errorf("%s has no field %s", target.Type(), key)
		}
		if err := read(item, field); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

func readUnion(source any, target reflect.Value) error {
	union := source.(map[string]any)
	member, known := shapes[fmt.Sprint(union["type"])]
	if !known {
		return fmt.Errorf("the union has no member %v", union["type"])
	}
	value := reflect.New(member).Elem()
	if err := read(union["value"], value.Field(0)); err != nil {
		return err
	}
	target.Set(value)
	return nil
}

func readScalar(source any, target reflect.Value) error {
	text := fmt.Sprint(source)
	switch target.Kind() {
	case reflect.Bool:
		target.SetBool(source.(bool))
	case reflect.String:
		target.SetString(source.(string))
	case reflect.Float32, reflect.Float64:
		value, err := strconv.ParseFloat(text, 64)
		target.SetFloat(value)
		return err
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		value, err := strconv.ParseInt(text, 10, 64)
		target.SetInt(value)
		return err
	default:
		value, err := strconv.ParseUint(text, 10, 64)
		target.SetUint(value)
		return err
	}
	return nil
}

func write(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Pointer:
		return write(value.Elem())
	case reflect.Interface:
		member := value.Elem()
		name := strings.TrimSuffix(strings.TrimPrefix(member.Type().Name(), "Shape"), "T")
		return map[string]any{"type": name, "value": write(member.Field(0))}
	case reflect.Struct:
		return writeFields(value)
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			return ReportBytes(value.Bytes())
		}
		return writeItems(value)
	case reflect.Array:
		return writeItems(value)
	case reflect.Int64:
		return strconv.FormatInt(value.Int(), 10)
	case reflect.Uint64:
		return strconv.FormatUint(value.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return writeFloat(value.Float())
	default:
		return value.Interface()
	}
}

func writeItems(value reflect.Value) []any {
	items := make([]any, value.Len())
	for index := range items {
		items[index] = write(value.Index(index))
	}
	return items
}

func writeFields(value reflect.Value) map[string]any {
	fields := map[string]any{}
	for index := range value.NumField() {
		field := value.Field(index)
		switch field.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Interface:
			if field.IsNil() && !isEmptyByDefault(value.Type(), index) {
				continue
			}
		}
		fields[snakeCase(value.Type().Field(index).Name)] = write(field)
	}
	return fields
}

// isEmptyByDefault tells the one vector that the schema gives a default: nil is that default.
func isEmptyByDefault(table reflect.Type, index int) bool {
	return table == reflect.TypeFor[conformance.DefaultsT]() && table.Field(index).Name == "Numbers"
}

func writeFloat(value float64) any {
	switch {
	case math.IsNaN(value):
		return "NaN"
	case math.IsInf(value, 1):
		return "Infinity"
	case math.IsInf(value, -1):
		return "-Infinity"
	case value == 0 && math.Signbit(value):
		return "-0"
	default:
		return value
	}
}

// snakeCase is the schema's name of a field.
func snakeCase(name string) string {
	var snake strings.Builder
	for index, letter := range name {
		if index > 0 && unicode.IsUpper(letter) {
			snake.WriteByte('_')
		}
		snake.WriteRune(unicode.ToLower(letter))
	}
	return snake.String()
}
