// Command plugin serves what plugin.go does.
package main

import (
	"log"

	"github.com/dlahoza/pluginart/pkg/protocol"
	"minify-plugin/plugin/minify"
)

func main() {
	if err := protocol.Serve(minify.NewHandler(newPlugin()), minify.ContractHash); err != nil {
		log.Fatal(err)
	}
}
