package main

import (
	"testing"

	"echo-plugin/plugin/echo"
)

func TestEchoUpperCases(t *testing.T) {
	response, err := plugin{}.Echo(t.Context(), &echo.EchoRequestT{Input: "hello"})
	if err != nil || response.Output != "HELLO" {
		t.Errorf("got %+v, %v", response, err)
	}
}
