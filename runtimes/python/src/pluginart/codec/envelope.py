"""The ``CallRequest`` and ``CallResponse`` that calls travel in: PROTOCOL.md section 3.1."""

from struct import Struct
from typing import NamedTuple

from .invalid import WRONG_VALUE, invalid, missing_field
from .message import Read, Value, Write
from .reader import Reader
from .table_fields import NO_SLOT, TableFields
from .table_layout import TableLayout
from .writing import check_size, write_string


class CallEnvelope(NamedTuple):
    """What a ``CallRequest`` carries besides its payload, where the schema has the fields."""

    request_id: int
    deadline_unix_ms: int = 0
    """Wall clock, milliseconds since 1970; 0 = no deadline."""
    trace_id: str | None = None
    span_id: str | None = None


class CallHead(NamedTuple):
    """What a received ``CallRequest`` carries besides its payload."""

    request_id: int
    code: int
    """The union type code that names the method; 0 = none."""
    payload: int
    """The position of the payload's table; 0 = none."""
    deadline_unix_ms: int
    trace_id: str | None
    span_id: str | None


_pack_offset = Struct("<I").pack_into

# The bits of `CallRequestEnvelope` and `CallResponseEnvelope`, in the order of their parts.
_PAYLOAD, _TRACE, _SPAN, _REQUEST_ID, _DEADLINE, _REQUEST_CODE = (1 << n for n in range(6))
_RESPONSE_ID, _RESPONSE_CODE = 2, 4


class CallRequestEnvelope:
    """Writes and reads one schema's ``CallRequest``."""

    def __init__(
        self,
        *,
        request_id: int,
        payload: int,
        deadline_unix_ms: int | None = None,
        trace_id: int | None = None,
        span_id: int | None = None,
    ) -> None:
        """Take the vtable slots of its fields, None for those that it lacks; `payload`'s is that of the value."""
        # Fields that the schema lacks stand here too, for the numbering; their bits are never set.
        self._layout = TableLayout(
            "CallRequest",
            (payload, trace_id or 0, span_id or 0),
            ((request_id, "Q", 8), (deadline_unix_ms or 0, "q", 8), (payload - 1, "B", 1)),
            (("trace_id", "CallRequest.trace_id", "string?"), ("span_id", "CallRequest.span_id", "string?")),
        )
        self._writes = (
            (_DEADLINE if deadline_unix_ms is not None else 0)
            | (_TRACE if trace_id is not None else 0)
            | (_SPAN if span_id is not None else 0)
        )
        lacking = NO_SLOT
        self._fields = TableFields(
            (payload, lacking if trace_id is None else trace_id, lacking if span_id is None else span_id),
            (),
            (
                (request_id, "Q", 0),
                (lacking if deadline_unix_ms is None else deadline_unix_ms, "q", 0),
                (payload - 1, "B", 0),
            ),
        )

    def encode(self, code: int, write: Write[Value], value: Value, envelope: CallEnvelope) -> bytearray:
        """Encode a call; the code names the method in the union of requests. Raises INVALID_PAYLOAD."""
        request_id, deadline, trace_id, span_id = envelope
        writes = self._writes
        mask = _PAYLOAD | _REQUEST_CODE
        inline: list[int] = []
        if request_id:
            mask |= _REQUEST_ID
            inline.append(request_id)
        if deadline and writes & _DEADLINE:
            mask |= _DEADLINE
            inline.append(deadline)
        inline.append(code)
        if trace_id is not None and writes & _TRACE:
            mask |= _TRACE
        if span_id is not None and writes & _SPAN:
            mask |= _SPAN
        out = bytearray(4)
        shape = self._layout[mask]
        at, vtable = shape.open(out, {})
        _pack_offset(out, 0, at)
        slot = at + 8
        strings = []
        try:
            if mask & _TRACE:
                strings.append(write_string(out, trace_id) - slot)  # type: ignore[arg-type]
                slot += 4
            if mask & _SPAN:
                strings.append(write_string(out, span_id) - slot)  # type: ignore[arg-type]
        except WRONG_VALUE as error:
            raise invalid(f"the call's trace_id and span_id cannot be encoded: {error}") from None
        payload = write(out, {}, value, 2)
        shape.pack_into(out, at, at - vtable, payload - at - 4, *strings, *inline)
        check_size(out)
        return out

    def read_head(self, data: bytes) -> CallHead:
        """Read all but the payload of a call. Raises INVALID_PAYLOAD."""
        return self._head(Reader(data))

    def _head(self, reader: Reader) -> CallHead:
        at = reader.root()
        places = reader.table(self._fields, at, 1)
        payload, trace_id, span_id, request_id, deadline, code = places.read(reader.data, at)
        payload_at, trace_at, span_at = places.places
        return CallHead(
            request_id,
            code,
            0 if payload is None else reader.follow(at + payload_at, payload),
            deadline,
            None if trace_id is None else reader.string(at + trace_at, trace_id),
            None if span_id is None else reader.string(at + span_at, span_id),
        )

    def open(self, data: bytes, method: str, code: int, verify: Read[object]) -> CallHead:
        """Read the head of a call of a method and check its payload, for those who read it in place.

        Raises INVALID_PAYLOAD.
        """
        reader = Reader(data)
        head = self._head(reader)
        if head.code != code:
            raise invalid(
                f"the call is for the method with type code {head.code}, and not for {method}, which has {code}"
            )
        if head.payload == 0:
            raise invalid(f"the call of {method} has no payload")
        verify(reader, head.payload, 2)
        return head


class CallResponseEnvelope:
    """Writes and reads one schema's ``CallResponse``."""

    def __init__(self, *, request_id: int, payload: int) -> None:
        """Take the vtable slots of its fields; `payload`'s is that of the value."""
        self._layout = TableLayout("CallResponse", (payload,), ((request_id, "Q", 8), (payload - 1, "B", 1)), ())
        self._fields = TableFields((payload,), (), ((payload - 1, "B", 0),))

    def encode(self, code: int, write: Write[Value], value: Value, request_id: int) -> bytearray:
        """Encode an answer; the code names the method in the union of responses. Raises INVALID_PAYLOAD."""
        out = bytearray(4)
        shape = self._layout[1 | _RESPONSE_ID | _RESPONSE_CODE if request_id else 1 | _RESPONSE_CODE]
        at, vtable = shape.open(out, {})
        _pack_offset(out, 0, at)
        payload = write(out, {}, value, 2)
        if request_id:
            shape.pack_into(out, at, at - vtable, payload - at - 4, request_id, code)
        else:
            shape.pack_into(out, at, at - vtable, payload - at - 4, code)
        check_size(out)
        return out

    def decode(self, data: bytes, code: int, read: Read[Value]) -> Value:
        """Read the payload of an answer, which has to be the one that the code names. Raises INVALID_PAYLOAD."""
        reader = Reader(data)
        return read(reader, self._payload(reader, code), 2)

    def open(self, data: bytes, code: int, verify: Read[object]) -> int:
        """Check the payload of an answer and return its position, for those who read it in place.

        Raises INVALID_PAYLOAD.
        """
        reader = Reader(data)
        at = self._payload(reader, code)
        verify(reader, at, 2)
        return at

    def _payload(self, reader: Reader, code: int) -> int:
        at = reader.root()
        places = reader.table(self._fields, at, 1)
        payload, found = places.read(reader.data, at)
        if found != code:
            raise invalid(f"the answer has the payload type {found} where {code} belongs")
        if payload is None:
            raise invalid("the answer has no payload")
        return reader.follow(at + places.places[0], payload)


def decode_payload(read: Read[Value], data: bytes, at: int) -> Value:
    """Read the payload of a call, which lies where the head says; 0 = there is none. Raises INVALID_PAYLOAD."""
    if at == 0:
        raise missing_field("the payload of the call")
    return read(Reader(data), at, 2)
