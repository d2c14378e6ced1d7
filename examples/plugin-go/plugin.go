package main

import (
	"context"
	"strings"

	"echo-plugin/plugin/echo"
)

// plugin answers with its input in upper case.
type plugin struct{}

func (plugin) Echo(_ context.Context, request *echo.EchoRequestT) (*echo.EchoResponseT, error) {
	return &echo.EchoResponseT{Output: strings.ToUpper(request.Input)}, nil
}
