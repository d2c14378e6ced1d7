package control_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
)

// FuzzHandshakes takes any bytes for the first messages of a connection: a value that is read back as it was, or
// INVALID_PAYLOAD.
func FuzzHandshakes(f *testing.F) {
	offer := control.NewOfferT()
	offer.Versions, offer.Nonce, offer.Runtime = []uint16{2}, make([]byte, 16), new("fuzz")
	offer.SharedMemory = &control.SharedMemoryT{ToPlugin: "a", ToHost: "b", Size: 8}
	request := &control.HandshakeRequestT{ContractHash: "sha256:", PluginName: "echo", ProtocolVersion: 1, Offer: offer}
	seed, err := control.AppendHandshakeRequest(nil, request)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	response := &control.HandshakeResponseT{Ok: true, Error: new("no"), Accept: control.NewAcceptT(), Code: 0xF009}
	if seed, err = control.AppendHandshakeResponse(nil, response); err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, message []byte) {
		check(t, message, control.DecodeHandshakeRequest, control.AppendHandshakeRequest)
		check(t, message, control.DecodeHandshakeResponse, control.AppendHandshakeResponse)
		check(t, message, control.DecodePluginError, control.AppendPluginError)
		check(t, message, control.DecodeCallMeta, control.AppendCallMeta)
	})
}

func check[T any](t *testing.T, message []byte, decode func([]byte) (*T, error), encode func([]byte, *T) ([]byte, error)) {
	value, err := decode(message)
	if err != nil {
		if !errors.Is(err, fault.InvalidPayload) {
			t.Fatalf("refused with %v", err)
		}
		return
	}
	written, err := encode(nil, value)
	if err != nil {
		t.Fatalf("%+v cannot be written: %v", value, err)
	}
	if again, err := decode(written); err != nil || !reflect.DeepEqual(again, value) {
		t.Fatalf("%+v became %+v, %v", value, again, err)
	}
}
