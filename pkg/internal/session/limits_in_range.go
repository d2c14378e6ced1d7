package session

import (
	"fmt"

	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// outOfRange says what is, of what an Offer or Accept says that its sender receives (V2-N3); empty where nothing is.
func outOfRange(maxMessageBytes, streamWindow uint32) string {
	if maxMessageBytes < wire.LeastMaxMessageBytes {
		return fmt.Sprintf("messages of at most %d bytes; %d is the least", maxMessageBytes, wire.LeastMaxMessageBytes)
	}
	if streamWindow > wire.MaxStreamWindow {
		return fmt.Sprintf("a stream window of %d bytes; %d is the most", streamWindow, wire.MaxStreamWindow)
	}
	return ""
}
