"""What waits to be sent. PROTOCOL.md, section 13."""

from collections.abc import Callable

from ...wire.frame_v2 import V2_HEADER, V2_HEADER_BYTES
from ...wire.limits import MAX_UNSENT_BYTES, V2_MAX_PAYLOAD_BYTES
from ..link import Link
from .long_messages import LongMessages, Rest

# Bodies from here on are handed to the link as they are, not copied behind their header.
_BORROW_BYTES = 16_384

MAX_QUEUED_BYTES = 67_108_864
"""What may wait for a peer that does not read, beyond what the link has taken."""
MAX_QUEUED_ANSWER_BYTES = 33_554_432
"""Above it answers of handlers wait with their calls, and calls for handlers too."""


class Outbox:
    """Three lanes: control frames, messages of one frame, long messages by turns.

    Frames made between two `pump`s leave in one write. Every method needs the link's lock.
    """

    __slots__ = ("_control", "_link", "_long", "_small", "_small_bytes", "handed_bytes", "on_room")

    def __init__(self, link: Link) -> None:
        self._link = link
        self._control: list[bytes] = []
        self._small: list[bytes | bytearray] = []
        self._small_bytes = 0
        self._long = LongMessages()
        self.handed_bytes = 0
        """Bytes that the link was given, control frames left out."""
        self.on_room: Callable[[], None] | None = None
        """Called once, as soon as no more than `MAX_QUEUED_ANSWER_BYTES` wait."""

    @property
    def queued_bytes(self) -> int:
        """Bytes that wait here, the long messages' remains included."""
        return self._small_bytes + self._long.queued_bytes

    @property
    def holds_back(self) -> bool:
        """Whether more than `MAX_QUEUED_ANSWER_BYTES` wait, or somebody waits for it to be less."""
        return self.on_room is not None or self._small_bytes + self._long.queued_bytes > MAX_QUEUED_ANSWER_BYTES

    @property
    def queued_control_frames(self) -> int:
        """How many wait here."""
        return len(self._control)

    @property
    def is_empty(self) -> bool:
        """Whether the link has been given all of it."""
        return not (self._small or self._control or self._long.queued_bytes)

    def send(self, frame_type: int, stream: int, arg: int, metadata: bytes, body: bytes | bytearray) -> int:
        """Take a whole message in. The body must not change until it is sent.

        Returns the bytes made so far, long messages only as they leave: it has begun to leave when `handed_bytes` has
        passed that.
        """
        made = self.handed_bytes + self._small_bytes
        body_bytes = len(body)
        payload_bytes = len(metadata) + body_bytes
        if payload_bytes > V2_MAX_PAYLOAD_BYTES:
            self._long.add(frame_type, 0, stream, arg, metadata, body)
            return made
        head = V2_HEADER.pack(payload_bytes, frame_type, 0, len(metadata), stream, arg)
        if metadata:
            head += metadata
        if body_bytes < _BORROW_BYTES:
            self._small.append(head + body)
        else:
            self._small.append(head)
            self._small.append(body)
        self._small_bytes += V2_HEADER_BYTES + payload_bytes
        return made

    def control(self, frame_type: int, arg: int, body: bytes = b"") -> None:
        """Add a frame that overtakes all messages; on stream 0 only, as it would overtake its own call."""
        self._control.append(V2_HEADER.pack(len(body), frame_type, 0, 0, 0, arg) + body)

    def abort(self, stream: int) -> Rest:
        """Forget what is left of a stream's long message."""
        return self._long.abort(stream)

    def pump(self) -> None:
        """Hand over as much as the link may hold."""
        self._pump()
        while self.on_room is not None and self.queued_bytes <= MAX_QUEUED_ANSWER_BYTES:
            on_room, self.on_room = self.on_room, None
            on_room()
            self._pump()

    def _pump(self) -> None:
        link = self._link
        while (self._small or self._control or self._long.queued_bytes) and not link.unsent_bytes:
            if self._control or not self._small or self._small_bytes > MAX_UNSENT_BYTES:
                link.write(self._take_some())
            else:
                parts = self._small
                self._small = []
                self.handed_bytes += self._small_bytes
                self._small_bytes = 0
                link.write(parts)

    def _take_some(self) -> list[bytes | bytearray | memoryview]:
        parts: list[bytes | bytearray | memoryview] = [*self._control]
        self._control = []
        if self._small:
            self._take_small(parts)
        else:
            fragment = self._long.next_fragment()
            if fragment is not None:
                parts += fragment
                self.handed_bytes += len(fragment[0]) + len(fragment[1])
        return parts

    def _take_small(self, parts: list[bytes | bytearray | memoryview]) -> None:
        if self._small_bytes <= MAX_UNSENT_BYTES:
            parts += self._small
            self.handed_bytes += self._small_bytes
            self._small = []
            self._small_bytes = 0
            return
        # A long queue goes piece by piece, so that control frames overtake what is behind the piece.
        taken = count = 0
        for count, part in enumerate(self._small, 1):  # noqa: B007
            taken += len(part)
            if taken >= MAX_UNSENT_BYTES // 4:
                break
        parts += self._small[:count]
        del self._small[:count]
        self._small_bytes -= taken
        self.handed_bytes += taken
