package session

// maxQueuedAnswerBytes: above it answers of handlers wait with their calls, and calls for handlers too (V2-Q4).
const maxQueuedAnswerBytes = 33_554_432

// heldCalls are what waits for a peer that reads slowly: answers that handlers gave, and calls that no handler has yet.
// Such a peer holds up its own calls, and they are no more than it may have open. The connection's lock guards them.
type heldCalls struct {
	outbox  *outbox
	answers []*incomingCall
	calls   []*incomingCall
}

// holdsAnswers: answers wait.
func (h *heldCalls) holdsAnswers() bool { return len(h.answers) > 0 || !h.hasRoom() }

// holdsCalls: calls wait.
func (h *heldCalls) holdsCalls() bool { return len(h.calls) > 0 || h.holdsAnswers() }

func (h *heldCalls) hasRoom() bool { return h.outbox.queuedBytes() <= maxQueuedAnswerBytes }

// holdAnswer goes on with the call, with the lock held, once there is room.
func (h *heldCalls) holdAnswer(call *incomingCall, goOn func()) { h.hold(&h.answers, call, goOn) }

// holdCall is holdAnswer for a call that no handler has; answers go first.
func (h *heldCalls) holdCall(call *incomingCall, goOn func()) { h.hold(&h.calls, call, goOn) }

func (h *heldCalls) hold(queue *[]*incomingCall, call *incomingCall, goOn func()) {
	call.goOn = goOn
	*queue = append(*queue, call)
	h.outbox.onRoom = h.release
}

func (h *heldCalls) release() {
	for _, queue := range []*[]*incomingCall{&h.answers, &h.calls} {
		for len(*queue) > 0 && h.hasRoom() {
			call := (*queue)[0]
			(*queue)[0] = nil
			*queue = (*queue)[1:]
			goOn := call.goOn
			call.goOn = nil
			goOn()
		}
	}
	if len(h.answers)+len(h.calls) > 0 {
		h.outbox.onRoom = h.release
	}
}

// clear forgets all that waits.
func (h *heldCalls) clear() { h.answers, h.calls = nil, nil }
