"""One version 2 connection: sends each frame to whom it concerns."""

from collections.abc import Callable
from enum import Enum
from time import monotonic
from typing import Final

from ...errors import ErrorCode, PluginartError, TransportError
from ...wire import frame_v2 as v2
from ...wire.fragment_assembler import FragmentAssembler
from ...wire.frame import Frame
from ...wire.frame_rules import check_frame
from ...wire.violation import violation
from ..failure import failure_body, remote_failure
from ..frame_channel import FrameChannel
from ..future_waker import FutureWaker
from .connection_events import ConnectionEvents
from .incoming_calls import IncomingCalls
from .outbox import MAX_QUEUED_BYTES, Outbox
from .outgoing_calls import OutgoingCalls
from .pings import Pings

_BEGIN_A_MESSAGE = frozenset({v2.CALL, v2.RESPONSE, v2.MESSAGE, v2.END, v2.DESCRIPTION})


class State(Enum):
    """A connection's life."""

    OPEN = "open"
    CLOSING = "closing"
    """A reason was sent and the link ends; nothing is read any more."""
    CLOSED = "closed"


# On the way of every call, where looking up a member would be felt.
_OPEN = State.OPEN


class Connection:
    """A side has `outgoing` or `incoming` calls: a host answers none yet, a plugin makes none yet."""

    def __init__(
        self,
        channel: FrameChannel,
        max_message_bytes: int,
        outbox: Outbox,
        waker: FutureWaker,
        events: ConnectionEvents,
        *,
        outgoing: OutgoingCalls | None = None,
        incoming: IncomingCalls | None = None,
    ) -> None:
        self.channel = channel
        self._link = channel.link
        # Which numbers this side opens: the host odd ones, the plugin even ones.
        self._own_parity: Final = 1 if outgoing is not None else 0
        self._max_message_bytes = max_message_bytes
        self._outbox = outbox
        self._events = events
        self._outgoing = outgoing
        self._incoming = incoming
        self._assembler = FragmentAssembler(max_message_bytes)
        self.on_read: Callable[[], None] = outbox.pump
        """All of a read was taken: what it led to leaves in one write."""
        self.on_drain: Callable[[], None] = outbox.pump
        self.after_read: Callable[[], None] = events.after_read
        self._state = State.OPEN
        self._pings = Pings(outbox, waker)
        self._on_other: dict[int, Callable[[Frame], None]] = {
            v2.CALL: self._on_call,
            v2.RESPONSE: self._on_answer,
            v2.DESCRIPTION: self._on_answer,
            v2.ERROR: self._on_error,
            v2.CANCEL: self._on_cancel,
            v2.PING: self._on_ping,
            v2.PONG: self._on_pong,
            v2.GOAWAY: self._on_goaway,
            v2.DESCRIBE: self._on_describe,
            v2.MESSAGE: self._on_stream_frame,
            v2.END: self._on_stream_frame,
            v2.CREDIT: self._on_stream_frame,
        }

    async def ping(self) -> float:
        """As `Pings.ping`."""
        with self._link.lock:
            if self._state is not State.OPEN:
                raise TransportError(ErrorCode.UNAVAILABLE, "the connection is closed")
            pong = self._pings.send()
        return await self._pings.outcome(pong)

    def goaway(self, reason: PluginartError) -> None:
        """Tell the peer to open no more calls here."""
        if self._state is State.OPEN:
            self._outbox.control(v2.GOAWAY, 0, failure_body(reason, "runtime"))
            self._outbox.pump()

    def cut_off(self, reason: PluginartError) -> None:
        """The peer does not read: nothing can be said to it any more."""
        if self._state is not State.OPEN:
            return
        self._set_state(State.CLOSING)
        self.channel.stop()
        self._link.destroy()
        self._lose(reason)

    def close(self, reason: PluginartError) -> None:
        """Say why to a peer that may still listen, and fail what is pending on this side."""
        with self._link.lock:
            if self._state is not State.OPEN:
                return
            self.goaway(reason)
            self._set_state(State.CLOSING)
            self.channel.stop()
            self._link.end()
            self._lose(reason)

    def on_frames(self, frames: list[Frame]) -> None:
        """Take what one read brought."""
        unfinished = self._assembler.unfinished
        outgoing = self._outgoing
        incoming = self._incoming
        limit = self._max_message_bytes
        for frame in frames:
            frame_type, flags, metadata_bytes, stream, _, payload = frame
            # The usual frames by the shortest way: a whole call of the host's, and a whole answer to one.
            if not flags and stream & 1 and not unfinished and len(payload) <= limit:
                if frame_type == v2.RESPONSE and outgoing is not None:
                    outgoing.on_answer(frame_type, stream, payload[metadata_bytes:] if metadata_bytes else payload)
                    continue
                if frame_type == v2.CALL and incoming is not None and stream not in incoming.open:
                    incoming.on_call(frame, 0)
                    if self._state is not _OPEN:
                        return
                    continue
            if not check_frame(frame_type, flags, stream):
                continue
            if flags & v2.PIECE_FLAGS:
                self._on_piece(frame)
            else:
                if stream in unfinished and frame_type in _BEGIN_A_MESSAGE:
                    raise violation(f"a message begins on stream {stream} inside another (V2-M6)")
                self._on_other[frame_type](frame)
            if self._state is not State.OPEN:
                return

    def on_violation(self, error: TransportError) -> None:
        """The peer broke the protocol."""
        self.close(error)

    def on_closed(self, loss: TransportError) -> None:
        """The link is gone."""
        before = self._state
        self._set_state(State.CLOSED)
        if before is State.OPEN:
            self._lose(loss)

    def _set_state(self, state: State) -> None:
        self._state = state

    def _lose(self, loss: PluginartError) -> None:
        """The one place where everything pending is failed."""
        self._pings.end(loss)
        if self._incoming is not None:
            self._incoming.fail(loss)
        self._events.on_lost(loss)

    def _on_call(self, frame: Frame) -> None:
        self._check_new_stream(frame[3])
        self._check_length(frame)
        if self._incoming is None:
            self._refuse_call(frame[3])
        else:
            self._incoming.on_call(frame, len(self._assembler.unfinished))

    def _on_answer(self, frame: Frame) -> None:
        self._check_length(frame)
        if self._outgoing is not None and self._is_own(frame[3]):
            self._outgoing.on_answer(frame[0], frame[3], frame[5][frame[2] :])

    def _on_error(self, frame: Frame) -> None:
        if not self._is_own(frame[3]):
            return
        self._assembler.abort(frame[3])
        if self._outgoing is not None:
            self._outgoing.on_error(frame[3], frame[5][frame[2] :])

    def _on_cancel(self, frame: Frame) -> None:
        stream = frame[3]
        if self._incoming is None or self._is_own(stream):
            return
        if self._assembler.abort(stream):
            self._incoming.on_cancel_unfinished(stream)
        else:
            self._incoming.on_cancel(stream)

    def _on_ping(self, frame: Frame) -> None:
        if not self._pings.answer(frame[4]):
            message = "the peer sends PINGs and reads no PONG"
            self.cut_off(TransportError(ErrorCode.RESOURCE_EXHAUSTED, message))

    def _on_pong(self, frame: Frame) -> None:
        self._pings.on_pong(frame[4])

    def _on_goaway(self, frame: Frame) -> None:
        self._events.on_goaway(remote_failure(frame[5][frame[2] :]))

    def _on_describe(self, frame: Frame) -> None:
        self._check_new_stream(frame[3])
        description = self._events.describe_self()
        if self._incoming is None or description is None:
            self._refuse_call(frame[3])
        else:
            self._incoming.on_describe(frame[3], description, len(self._assembler.unfinished))

    def _on_stream_frame(self, frame: Frame) -> None:
        """MESSAGE, END and CREDIT.

        No call here is a stream, so on an open one they break V2-S8; others are late (V2-S3).
        """
        calls = self._outgoing if self._is_own(frame[3]) else self._incoming
        if frame[0] != v2.CREDIT and calls is not None and frame[3] in calls.open:
            raise violation(f"a frame of type {frame[0]} on stream {frame[3]}, which is a unary call (V2-S8)")

    def _on_piece(self, frame: Frame) -> None:
        frame_type, flags, _, stream, _, _ = frame
        begins = not flags & v2.CONT
        if frame_type == v2.CALL:
            if begins:
                self._check_new_stream(stream)
                if self._incoming is None:
                    self._refuse_call(stream)
                    return
                self._incoming.check_room(len(self._assembler.unfinished))
        else:
            if frame_type == v2.MESSAGE:
                self._on_stream_frame(frame)
            # What nobody awaits is not assembled, or it would hold one of the few places for ever (V2-M5).
            if begins and stream not in self._assembler.unfinished and not self._is_awaited(stream):
                return
        message = self._assembler.accept(frame, monotonic())
        if message is None:
            return
        if frame_type == v2.CALL:
            if self._incoming is not None:
                self._incoming.on_assembled_call(message)
        elif self._outgoing is not None and self._is_own(stream):
            self._outgoing.on_answer(frame_type, stream, message.body)

    def _is_awaited(self, stream: int) -> bool:
        return self._outgoing is not None and self._is_own(stream) and stream in self._outgoing.open

    def _check_length(self, frame: Frame) -> None:
        size = len(frame[5]) - frame[2]
        if size > self._max_message_bytes:
            raise violation(f"a message of {size} bytes where at most {self._max_message_bytes} are taken (V2-M10)")

    def _refuse_call(self, stream: int) -> None:
        error = PluginartError(ErrorCode.UNIMPLEMENTED, "this host offers no services to its plugins")
        self._outbox.send(v2.ERROR, stream, 0, b"", failure_body(error, "runtime"))
        queued = self._outbox.queued_bytes
        if queued > MAX_QUEUED_BYTES:
            message = f"the peer does not read: {queued} bytes are waiting to be sent"
            self.cut_off(TransportError(ErrorCode.RESOURCE_EXHAUSTED, message))

    def _is_own(self, stream: int) -> bool:
        return (stream & 1) == self._own_parity

    def _check_new_stream(self, stream: int) -> None:
        if self._is_own(stream):
            raise violation(f"a call on stream {stream}, which is for the other side to open (V2-S2)")
        if stream in self._assembler.unfinished or (self._incoming is not None and stream in self._incoming.open):
            raise violation(f"a call on stream {stream}, which is open (V2-S2)")
