// Command plugin serves what plugin.go does.
package main

import (
	"log"

	"github.com/dlahoza/pluginart/pkg/protocol"
	"repeat-plugin/plugin/repeat"
)

func main() {
	if err := protocol.Serve(repeat.NewHandler(plugin{}), repeat.ContractHash); err != nil {
		log.Fatal(err)
	}
}
