package main

import (
	"context"
	"fmt"
	"reflect"

	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/dlahoza/pluginart/conformance/adapters/go/generated/conformance"
	"github.com/dlahoza/pluginart/conformance/adapters/go/notation"
	"github.com/dlahoza/pluginart/conformance/adapters/go/parcels"
	"github.com/dlahoza/pluginart/pkg/runtime"
)

// callTyped calls a method of the generated client by plain values.
func callTyped(ctx context.Context, manager *runtime.Manager, given command) (map[string]any, error) {
	client := conformance.NewTypedClient(manager, given.text("plugin"))
	method := reflect.ValueOf(client).MethodByName(given.text("method"))
	if !method.IsValid() {
		return nil, fmt.Errorf("the contract has no method %s", given.text("method"))
	}
	request := reflect.New(method.Type().In(1).Elem())
	if value, has := given["value"]; has {
		if err := notation.Read(value, request.Interface()); err != nil {
			return nil, err
		}
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(ctx), request})
	if err, _ := results[1].Interface().(error); err != nil {
		return nil, err
	}
	return map[string]any{"value": notation.Write(results[0].Interface())}, nil
}

// callBuilt is the same for Send, by FlatBuffers builders.
func callBuilt(ctx context.Context, manager *runtime.Manager, given command) (map[string]any, error) {
	if given.text("method") != "Send" {
		return nil, fmt.Errorf("%s is not called through builders", given.text("method"))
	}
	request := &conformance.SendRequestT{}
	if err := notation.Read(given["value"], request); err != nil {
		return nil, err
	}
	builder := flatbuffers.NewBuilder(64)
	parcel, err := parcels.Build(builder, request.Parcel)
	if err != nil {
		return nil, err
	}
	conformance.SendRequestStart(builder)
	conformance.SendRequestAddParcel(builder, parcel)
	client := conformance.NewClient(manager, given.text("plugin"))
	answer, err := client.Send(ctx, builder, conformance.SendRequestEnd(builder))
	if err != nil {
		return nil, err
	}
	response := &conformance.SendResponseT{}
	if received := answer.Parcel(nil); received != nil {
		response.Parcel = parcels.Read(received)
	}
	return map[string]any{"value": notation.Write(response)}, nil
}
