package rich_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/mutation"
	"github.com/dlahoza/pluginart/pkg/internal/sample/acme/rich"
)

// TestMutatedCallsAreValuesOrInvalid reads what was damaged on both sides: a call is answered, an answer is a value, or they
// are refused with INVALID_PAYLOAD, or UNIMPLEMENTED where the method's code is what was hit.
func TestMutatedCallsAreValuesOrInvalid(t *testing.T) {
	caller := &loopback{service: rich.NewHandler(&implementation{})}
	client := rich.NewTypedClient(caller, "rich")
	for _, request := range []*rich.EverythingRequestT{everything(), {}, {Optionals: &rich.OptionalsT{}}} {
		if _, err := client.Everything(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	service := rich.NewHandler(&implementation{})
	mutation.Run(t, mutation.Rounds(t, 1), func(_ int, random *rand.Rand) bool {
		var err error
		if random.IntN(2) == 0 {
			_, err = service.Handle(t.Context(), mutation.Of(mutation.Pick(caller.requests, random), random))
		} else {
			_, err = rich.DecodeEverythingResponse(mutation.Of(mutation.Pick(caller.responses, random), random))
		}
		if err != nil && !errors.Is(err, fault.InvalidPayload) && !errors.Is(err, fault.Unimplemented) {
			t.Errorf("refused with %v", err)
		}
		return err == nil
	})
}
