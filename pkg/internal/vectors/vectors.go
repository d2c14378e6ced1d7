// Package vectors reads the test vectors of protocol/vectors, for the tests of the other rooms.
package vectors

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Bytes are a hex string in the file, or a list of such strings and repetitions.
type Bytes []byte

// UnmarshalJSON reads either form.
func (b *Bytes) UnmarshalJSON(text []byte) error {
	if text[0] != '[' {
		return b.appendHex(text)
	}
	var items []json.RawMessage
	if err := json.Unmarshal(text, &items); err != nil {
		return err
	}
	*b = Bytes{}
	for _, item := range items {
		if item[0] == '"' {
			if err := b.appendHex(item); err != nil {
				return err
			}
			continue
		}
		var repeated struct {
			Repeat Bytes
			Times  int
		}
		if err := json.Unmarshal(item, &repeated); err != nil {
			return err
		}
		*b = append(*b, bytes.Repeat(repeated.Repeat, repeated.Times)...)
	}
	return nil
}

func (b *Bytes) appendHex(text []byte) error {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	decoded, err := hex.DecodeString(digits)
	*b = append(*b, decoded...)
	return err
}

// Error is what a vector expects to fail with.
type Error struct {
	Code uint16
	Rule string
}

// Load reads one file of protocol/vectors.
func Load[T any](t *testing.T, name string) T {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "../../../protocol/vectors", name))
	if err != nil {
		t.Fatal(err)
	}
	var content T
	if err := json.Unmarshal(text, &content); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return content
}
