package control_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/mutation"
	"github.com/dlahoza/pluginart/pkg/internal/vectors"
)

// decoders are by the names of control-messages.json.
var decoders = map[string]func(t *testing.T, message []byte) error{
	"HandshakeRequest":  decoder(control.DecodeHandshakeRequest, control.AppendHandshakeRequest),
	"HandshakeResponse": decoder(control.DecodeHandshakeResponse, control.AppendHandshakeResponse),
	"Ping":              decoder(control.DecodePing, control.AppendPing),
	"Pong":              decoder(control.DecodePong, control.AppendPong),
	"PluginError":       decoder(control.DecodePluginError, control.AppendPluginError),
	"CallMeta":          decoder(control.DecodeCallMeta, control.AppendCallMeta),
	"Description":       decoder(control.DecodeDescription, control.AppendDescription),
}

func decoder[T any](
	decode func([]byte) (*T, error), encode func([]byte, *T) ([]byte, error),
) func(*testing.T, []byte) error {
	return func(t *testing.T, message []byte) error {
		check(t, message, decode, encode)
		_, err := decode(message)
		return err
	}
}

// TestMutatedMessagesAreValuesOrInvalid: a value, which is read back as it was, or INVALID_PAYLOAD.
func TestMutatedMessagesAreValuesOrInvalid(t *testing.T) {
	type seed struct {
		Name, Message string
		Bytes         vectors.Bytes
	}
	var seeds []seed
	for _, vector := range vectors.Load[struct{ Messages []seed }](t, "control-messages.json").Messages {
		if decoders[vector.Message] == nil {
			t.Errorf("no decoder of %s", vector.Message)
		}
		seeds = append(seeds, vector)
	}
	mutation.Run(t, mutation.Rounds(t, 1), func(_ int, random *rand.Rand) bool {
		seed := mutation.Pick(seeds, random)
		err := decoders[seed.Message](t, mutation.Of(seed.Bytes, random))
		if err != nil && !errors.Is(err, fault.InvalidPayload) {
			t.Errorf("%s: refused with %v", seed.Name, err)
		}
		return err == nil
	})
}
