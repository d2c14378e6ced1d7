// Command plugin serves what plugin.go does.
package main

import (
	"log"

	"echo-plugin/plugin/echo"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

func main() {
	if err := protocol.Serve(echo.NewHandler(plugin{}), echo.ContractHash); err != nil {
		log.Fatal(err)
	}
}
