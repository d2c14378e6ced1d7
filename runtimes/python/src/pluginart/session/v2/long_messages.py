"""Long messages on their way, the first few of them by turns. PROTOCOL.md, section 7."""

from dataclasses import dataclass, field
from math import ceil
from time import monotonic
from typing import Literal

from ...wire.frame_v2 import CALL, CONT, MORE, V2_HEADER
from ...wire.limits import MAX_UNFINISHED_MESSAGES

# How much of a long message goes at a time; small ones wait for at most one such piece of each.
_FRAGMENT_BYTES = 262_144
_TOTAL_BYTES = 8

Rest = Literal["unsent", "partly", "none"]
"""What was left of a message: none of it had gone; part of it, so the peer must be told; there was none."""


@dataclass(slots=True)
class _Sending:
    type: int
    flags: int
    stream: int
    arg: int
    metadata: bytes
    body: bytes | bytearray
    added_at: float = field(default_factory=monotonic)
    sent: int = -1
    """Bytes of the body; -1 before the first fragment."""


class LongMessages:
    """Messages too long for one frame."""

    def __init__(self) -> None:
        self._sending: list[_Sending] = []
        self._turn = 0
        self.queued_bytes = 0
        """Bytes of bodies that were not written yet."""

    def add(self, frame_type: int, flags: int, stream: int, arg: int, metadata: bytes, body: bytes | bytearray) -> None:
        """Take a message in."""
        self._sending.append(_Sending(frame_type, flags, stream, arg, metadata, body))
        self.queued_bytes += len(body)

    def abort(self, stream: int) -> Rest:
        """Forget what is left of a stream's message."""
        for index, sending in enumerate(self._sending):
            if sending.stream == stream:
                del self._sending[index]
                self.queued_bytes -= len(sending.body) - max(sending.sent, 0)
                return "unsent" if sending.sent < 0 else "partly"
        return "none"

    def next_fragment(self) -> tuple[bytes, memoryview] | None:
        """One fragment, head and piece of the body, of the message whose turn it is."""
        under_way = min(len(self._sending), MAX_UNFINISHED_MESSAGES)
        if under_way == 0:
            return None
        self._turn = (self._turn + 1) % under_way
        sending = self._sending[self._turn]
        start = max(sending.sent, 0)
        end = min(start + _FRAGMENT_BYTES, len(sending.body))
        is_last = end == len(sending.body)
        if sending.sent < 0:
            head = _first_head(sending, end)
        else:
            flags = CONT if is_last else CONT | MORE
            head = V2_HEADER.pack(end - start, sending.type, flags, 0, sending.stream, 0)
        sending.sent = end
        self.queued_bytes -= end - start
        if is_last:
            del self._sending[self._turn]
        return head, memoryview(sending.body)[start:end]


def _first_head(sending: _Sending, body_bytes: int) -> bytes:
    metadata = sending.metadata
    arg = sending.arg
    if sending.type == CALL and arg:
        # What is left when the first fragment leaves, which may be a while after (V2-D1).
        arg = max(ceil(arg - (monotonic() - sending.added_at) * 1_000), 1)
    length = len(metadata) + _TOTAL_BYTES + body_bytes
    head = V2_HEADER.pack(length, sending.type, sending.flags | MORE, len(metadata), sending.stream, arg)
    return head + metadata + len(sending.body).to_bytes(_TOTAL_BYTES, "little")
