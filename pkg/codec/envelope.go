package codec

import "fmt"

// Absent stands for the slot of a field that a schema's CallRequest lacks.
const Absent = -1

// CallEnvelope is what a CallRequest carries besides its payload.
type CallEnvelope struct {
	RequestID uint64
	// DeadlineUnixMs is wall clock, milliseconds since 1970; 0 = no deadline.
	DeadlineUnixMs int64
	// TraceID and SpanID are empty where there is none.
	TraceID, SpanID string
}

// CallHead is a received CallRequest, less its payload.
type CallHead struct {
	CallEnvelope
	// Code is the union type code of the payload; 0 when absent.
	Code uint8
	// Payload is where the payload's table starts; 0 when absent.
	Payload int
}

// CallRequestSlots are the vtable slots of a schema's CallRequest; Absent for those it lacks.
type CallRequestSlots struct {
	RequestID, DeadlineUnixMs, TraceID, SpanID int
	// Payload is that of the union's value; its type code has the slot before.
	Payload int
}

// CallRequest writes and reads the CallRequest that a request travels in.
type CallRequest struct {
	slots  CallRequestSlots
	layout *Layout
}

const (
	requestHasID = 1 << iota
	requestHasDeadline
	requestHasPayload
	requestHasTrace
	requestHasSpan
	requestHasCode
)

// NewCallRequest is for the CallRequest of one schema.
func NewCallRequest(slots CallRequestSlots) *CallRequest {
	return &CallRequest{slots: slots, layout: NewLayout(8,
		[2]int{slots.RequestID, 8},
		[2]int{slots.DeadlineUnixMs, 8},
		[2]int{slots.Payload, 4},
		[2]int{slots.TraceID, 4},
		[2]int{slots.SpanID, 4},
		[2]int{slots.Payload - 1, 1},
	)}
}

// Begin appends all but the payload and returns the slot for it; its table is written next, with depth 2.
func (c *CallRequest) Begin(w *Writer, code uint8, envelope *CallEnvelope) int {
	mask := uint64(requestHasPayload | requestHasCode)
	if envelope.RequestID != 0 {
		mask |= requestHasID
	}
	if envelope.DeadlineUnixMs != 0 && c.slots.DeadlineUnixMs != Absent {
		mask |= requestHasDeadline
	}
	if envelope.TraceID != "" && c.slots.TraceID != Absent {
		mask |= requestHasTrace
	}
	if envelope.SpanID != "" && c.slots.SpanID != Absent {
		mask |= requestHasSpan
	}
	at := w.Table(w.Begin(), c.layout, mask, 1)
	if at == 0 {
		return 0
	}
	if mask&requestHasID != 0 {
		w.PutUint64(at, envelope.RequestID)
		at += 8
	}
	if mask&requestHasDeadline != 0 {
		w.PutUint64(at, uint64(envelope.DeadlineUnixMs))
		at += 8
	}
	payload := at
	at += 4
	trace := at
	if mask&requestHasTrace != 0 {
		at += 4
	}
	span := at
	if mask&requestHasSpan != 0 {
		at += 4
	}
	w.PutUint8(at, code)
	if mask&requestHasTrace != 0 {
		w.String(trace, envelope.TraceID, "CallRequest.trace_id")
	}
	if mask&requestHasSpan != 0 {
		w.String(span, envelope.SpanID, "CallRequest.span_id")
	}
	return payload
}

// ReadHead reads all but the payload, which is read with depth 2. Whether there is a fault, the reader knows.
func (c *CallRequest) ReadHead(r *Reader) CallHead {
	var head CallHead
	t := r.Table(r.Root(), 1)
	if at := c.field(r, t, c.slots.RequestID, 8); at != 0 {
		head.RequestID = r.Uint64(at)
	}
	if at := c.field(r, t, c.slots.DeadlineUnixMs, 8); at != 0 {
		head.DeadlineUnixMs = int64(r.Uint64(at))
	}
	if at := c.field(r, t, c.slots.TraceID, 4); at != 0 {
		head.TraceID = r.String(at)
	}
	if at := c.field(r, t, c.slots.SpanID, 4); at != 0 {
		head.SpanID = r.String(at)
	}
	head.Code = r.UnionCode(t, 4+2*(c.slots.Payload-1))
	if at := c.field(r, t, c.slots.Payload, 4); at != 0 {
		head.Payload = r.Indirect(at)
	}
	return head
}

func (c *CallRequest) field(r *Reader, t Table, slot, bytes int) int {
	if slot == Absent {
		return 0
	}
	return r.Field(t, 4+2*slot, bytes)
}

// CallResponseSlots are the vtable slots of a schema's CallResponse.
type CallResponseSlots struct {
	RequestID int
	// Payload is that of the union's value; its type code has the slot before.
	Payload int
}

// CallResponse writes and reads the CallResponse that an answer travels in.
type CallResponse struct {
	slots  CallResponseSlots
	layout *Layout
}

// NewCallResponse is for the CallResponse of one schema.
func NewCallResponse(slots CallResponseSlots) *CallResponse {
	return &CallResponse{slots: slots, layout: NewLayout(8,
		[2]int{slots.RequestID, 8},
		[2]int{slots.Payload, 4},
		[2]int{slots.Payload - 1, 1},
	)}
}

// Begin appends all but the payload and returns the slot for it; its table is written next, with depth 2.
func (c *CallResponse) Begin(w *Writer, code uint8, requestID uint64) int {
	mask := uint64(0b110)
	if requestID != 0 {
		mask |= 0b1
	}
	at := w.Table(w.Begin(), c.layout, mask, 1)
	if at == 0 {
		return 0
	}
	if requestID != 0 {
		w.PutUint64(at, requestID)
		at += 8
	}
	w.PutUint8(at+4, code)
	return at
}

// Open is the position of the payload's table, which has to be the one that code names; it is read with depth 2.
func (c *CallResponse) Open(r *Reader, code uint8) int {
	t := r.Table(r.Root(), 1)
	if found := r.UnionCode(t, 4+2*(c.slots.Payload-1)); found != code {
		r.fail(fmt.Sprintf("the answer has the payload type %d where %d belongs", found, code))
		return 0
	}
	at := r.Field(t, 4+2*c.slots.Payload, 4)
	if at == 0 {
		r.fail("the answer has no payload")
		return 0
	}
	return r.Indirect(at)
}
