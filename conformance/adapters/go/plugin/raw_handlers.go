package main

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strconv"

	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/dlahoza/pluginart/conformance/adapters/go/generated/conformance"
	"github.com/dlahoza/pluginart/conformance/adapters/go/parcels"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// rawHandlers answer whole payloads, by what CONFORMANCE_SERVE calls them.
var rawHandlers = map[string]protocol.HandlerFunc{
	"echo": func(_ context.Context, payload []byte) ([]byte, error) {
		if command := largeCommand.FindSubmatch(payload); command != nil {
			size, err := strconv.Atoi(string(command[1]))
			return bytes.Repeat([]byte("a"), size), err
		}
		return payload, nil
	},
	"hold": func(ctx context.Context, _ []byte) ([]byte, error) {
		<-ctx.Done()
		return nil, errors.New("told to stop")
	},
	"stuck": func(context.Context, []byte) ([]byte, error) {
		select {}
	},
	"builders": sendThroughBuilders,
}

var largeCommand = regexp.MustCompile(`^large:(\d+)$`)

func sendThroughBuilders(_ context.Context, payload []byte) ([]byte, error) {
	request, call, err := conformance.DecodeSendRequest(payload)
	if err != nil {
		return nil, err
	}
	builder := flatbuffers.NewBuilder(64)
	var parcel flatbuffers.UOffsetT
	if received := request.Parcel(nil); received != nil {
		if parcel, err = parcels.Build(builder, parcels.Read(received)); err != nil {
			return nil, err
		}
	}
	conformance.SendResponseStart(builder)
	if parcel != 0 {
		conformance.SendResponseAddParcel(builder, parcel)
	}
	return conformance.BuildSendCallResponse(call, builder, conformance.SendResponseEnd(builder)), nil
}
