"""Puts the long messages of one direction together again. PROTOCOL.md, section 7."""

from dataclasses import dataclass
from typing import NamedTuple

from ..errors import TransportError
from .frame import Frame
from .frame_v2 import CONT, MORE, PIECE_FLAGS
from .limits import MAX_UNFINISHED_MESSAGES
from .violation import violation

_TOTAL_BYTES = 8


class AssembledMessage(NamedTuple):
    """A message that came in fragments, whole."""

    type: int
    flags: int
    """Of the first fragment, without MORE."""
    stream: int
    arg: int
    metadata: bytes
    body: bytes
    begun_at: float
    """When the first fragment came, as `FragmentAssembler.accept` was told."""


@dataclass(slots=True)
class _Unfinished:
    type: int
    flags: int
    stream: int
    arg: int
    metadata: bytes
    begun_at: float
    missing: int
    total: int
    # One buffer, not the fragments: they may be of any length, 0 included (V2-M4), and so of any number.
    body: bytearray


class FragmentAssembler:
    """Holds what has come of messages that are not whole yet, at most four of them."""

    __slots__ = ("_max_message_bytes", "unfinished")

    def __init__(self, max_message_bytes: int) -> None:
        self._max_message_bytes = max_message_bytes
        self.unfinished: dict[int, _Unfinished] = {}
        """What has begun, by stream. To be looked at only."""

    def accept(self, frame: Frame, begun_at: float) -> AssembledMessage | None:
        """Take a frame with MORE or CONT and return the message that it completes.

        `begun_at` is given back with the message whose first fragment this is. Raises TransportError
        PROTOCOL_VIOLATION.
        """
        if frame[1] & CONT:
            return self._continue(frame)
        self._begin(frame, begun_at)
        return None

    def abort(self, stream: int) -> bool:
        """Drop what a stream has unfinished, after CANCEL or ERROR; return whether there was something."""
        return self.unfinished.pop(stream, None) is not None

    def _begin(self, frame: Frame, begun_at: float) -> None:
        frame_type, flags, metadata_bytes, stream, arg, payload = frame
        if stream in self.unfinished:
            raise violation(f"a message begins on stream {stream} inside another (V2-M6)")
        if len(self.unfinished) >= MAX_UNFINISHED_MESSAGES:
            raise violation(f"more than {MAX_UNFINISHED_MESSAGES} unfinished messages (V2-M9)")
        start = metadata_bytes + _TOTAL_BYTES
        if len(payload) < start:
            raise violation("a first fragment without its total (V2-M1)")
        total = int.from_bytes(payload[metadata_bytes:start], "little")
        if total > self._max_message_bytes:
            raise violation(f"a message of {total} bytes where at most {self._max_message_bytes} are taken (V2-M10)")
        if len(payload) - start > total:
            raise _longer_than_total()
        body = bytearray(memoryview(payload)[start:])
        missing = total - len(body)
        self.unfinished[stream] = _Unfinished(
            frame_type, flags & ~MORE, stream, arg, payload[:metadata_bytes], begun_at, missing, total, body
        )

    def _continue(self, frame: Frame) -> AssembledMessage | None:
        frame_type, flags, metadata_bytes, stream, _, payload = frame
        if metadata_bytes or flags & ~PIECE_FLAGS:
            raise violation("metadata or flags on a later fragment (V2-M2)")
        message = self.unfinished.get(stream)
        if message is None:
            # What is left of a message that was abandoned.
            return None
        if message.type != frame_type:
            raise violation(f"a message of type {message.type} goes on as {frame_type} (V2-M6)")
        message.missing -= len(payload)
        if message.missing < 0:
            raise _longer_than_total()
        message.body += payload
        if flags & MORE:
            return None
        if message.missing:
            came = message.total - message.missing
            raise violation(f"fragments of {came} bytes where {message.total} were announced (V2-M3)")
        del self.unfinished[stream]
        return AssembledMessage(
            frame_type,
            message.flags,
            stream,
            message.arg,
            message.metadata,
            bytes(message.body),
            message.begun_at,
        )


def _longer_than_total() -> TransportError:
    return violation("fragments longer than their total (V2-M3)")
