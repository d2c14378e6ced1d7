"""A host's end of a version 1 connection: strictly one exchange after the other."""

from collections import deque
from collections.abc import Callable
from enum import Enum
from math import inf
from time import monotonic

from ...control import PingT, decode_ping, encode_ping
from ...errors import ErrorCode, PluginartError, TransportError
from ...wire import frame_v1 as v1
from ...wire.frame import Frame
from ...wire.frame_v1 import v1_frame
from ...wire.limits import V1_MAX_PAYLOAD_BYTES
from ...wire.violation import violation
from ..call_errors import deadline_exceeded, exhausted, lost_call, request_too_large
from ..caller import DEFAULT, Timeout
from ..calling_session import CallingSession
from ..deadline_timer import DeadlineTimer
from ..failure import remote_failure
from ..frame_channel import FrameChannel
from ..future_waker import FutureWaker
from ..host_session import HostSessionOptions, PeerDescription
from ..idle_waiters import IdleWaiters
from ..metadata import CallMetadata
from ..pending_call import PendingCall

# How long the answer to a call that was given up on may still come; then the connection is dropped.
LATE_ANSWER_SECONDS = 5.0
_MAX_WAITING_EXCHANGES = 16_384


class _State(Enum):
    OPEN = "open"
    DRAINING = "draining"
    CLOSED = "closed"


class HostSessionV1(CallingSession):
    """As `HostSession`. An exchange is a question and its answer: a call, or a ping; one is under way at a time."""

    protocol = 1
    peer_runtime: str | None = None

    def __init__(self, channel: FrameChannel, options: HostSessionOptions) -> None:
        """Take over the channel, in version 1 from the next byte on."""
        waker = FutureWaker(channel.link)
        super().__init__(channel, options, waker)
        self._state = _State.OPEN
        self._current: PendingCall | None = None
        self._waiting: deque[PendingCall] = deque()
        self._late = DeadlineTimer(channel.link, self._too_late)
        self._late_at = inf
        self._deadlines = DeadlineTimer(channel.link, self._expire)
        self._idle = IdleWaiters(waker)
        self._seq = 0
        self._ping_sent_at = 0.0
        channel.hand_over(self, "v1")

    @property
    def open_calls(self) -> int:
        """1 while the plugin owes an answer."""
        return 1 if self._current is not None and self._current.kind == "call" else 0

    async def ping(self) -> float:
        """As `HostSession`."""
        return await self._ask(PendingCall("ping", b"", b"", inf, "a ping", False))  # type: ignore[return-value]

    async def describe(self, *, timeout: Timeout = DEFAULT) -> PeerDescription:
        """Raises PluginartError UNIMPLEMENTED."""
        raise PluginartError(ErrorCode.UNIMPLEMENTED, "a version 1 plugin cannot describe itself")

    async def drain(self) -> None:
        """As `HostSession`."""
        with self._lock:
            if self._state is _State.OPEN:
                self._set_state(_State.DRAINING)
            is_idle = self._current is None and not self._waiting
            idle = self._idle.wait(is_idle or self._state is _State.CLOSED)
        await idle

    def close(self, reason: PluginartError) -> None:
        """As `HostSession`."""
        with self._lock:
            self._lose(reason)

    def on_frames(self, frames: list[Frame]) -> None:
        """As `FrameReceiver`."""
        for frame in frames:
            frame_type, payload = frame[0], frame[5]
            current = self._current
            if frame_type == v1.PONG:
                seq = decode_ping(payload).seq
                if current is not None and current.kind == "ping" and seq == self._seq:
                    self._finish(current, monotonic() - self._ping_sent_at, None)
            elif current is None or current.kind != "call":
                raise violation(f"a frame of type {frame_type} that answers nothing (V1-C3)")
            elif frame_type == v1.CALL_RESPONSE:
                self._finish(current, payload, None)
            elif frame_type == v1.PLUGIN_ERROR:
                self._finish(current, b"", remote_failure(payload, self._plugin))
            else:
                raise violation(f"a frame of type {frame_type}, which a plugin does not send here (V1-F5)")
            if self._state is _State.CLOSED:
                return

    def on_read(self) -> None:
        """As `FrameReceiver`."""

    def after_read(self) -> None:
        """As `FrameReceiver`."""

    def on_drain(self) -> None:
        """As `FrameReceiver`."""

    def on_violation(self, error: TransportError) -> None:
        """As `FrameReceiver`."""
        self._lose(error)

    def on_closed(self, loss: TransportError) -> None:
        """As `FrameReceiver`."""
        self._lose(loss)

    def _set_state(self, state: _State) -> None:
        self._state = state

    def _encode_metadata(self, metadata: CallMetadata) -> bytes:
        # A version 1 peer gets none of it.
        return b""

    def _start(self, call: PendingCall) -> None:
        if self._state is not _State.OPEN:
            call.settle(b"", self._refused(call))
        elif call.deadline_at <= monotonic():
            call.settle(b"", deadline_exceeded(self._plugin, call.what, call.idempotent, False))
        elif len(self._waiting) >= _MAX_WAITING_EXCHANGES:
            message = f"{_MAX_WAITING_EXCHANGES} calls are waiting for the plugin already"
            call.settle(b"", exhausted(self._plugin, message))
        elif len(call.payload) > V1_MAX_PAYLOAD_BYTES:
            call.settle(b"", request_too_large(self._plugin, len(call.payload), V1_MAX_PAYLOAD_BYTES))
        else:
            if call.deadline_at != inf:
                self._deadlines.include(call.deadline_at)
            self._waiting.append(call)
            self._next()

    def _pump(self) -> None:
        pass

    def _send(self, call: PendingCall) -> bool:
        leads = self._current is None and not self._waiting and self._link.take_lead()
        self._start(call)
        if leads and call.settled:
            self._link.let_go()
            return False
        return leads

    def _next(self) -> None:
        while self._current is None and self._state is not _State.CLOSED:
            if not self._waiting:
                self._idle.release()
                return
            call = self._waiting.popleft()
            if call.settled:
                continue
            self._current = call
            if call.kind == "ping":
                self._seq += 1
                self._ping_sent_at = monotonic()
                frame = v1_frame(v1.PING, encode_ping(PingT(seq=self._seq)))
            else:
                frame = v1_frame(v1.CALL_REQUEST, call.payload)
            call.payload = b""
            self._link.write([frame])

    def _finish(self, call: PendingCall, result: bytes | float, error: PluginartError | None) -> None:
        self._current = None
        self._late_at = inf
        call.settle(result, error)
        self._next()

    def _give_up(self, call: PendingCall, error_of: Callable[[bool], PluginartError]) -> None:
        """The next frame that comes is still the answer to this call, so nothing is sent until it is here."""
        if call.settled:
            return
        was_sent = self._current is call
        call.settle(b"", error_of(was_sent))
        if was_sent and call.kind == "call":
            self._late_at = monotonic() + LATE_ANSWER_SECONDS
            self._late.include(self._late_at)

    def _too_late(self, now: float) -> float:
        if self._late_at > now:
            return self._late_at
        message = f"the plugin did not answer a call within {LATE_ANSWER_SECONDS:g} s after it was given up on"
        self._lose(TransportError(ErrorCode.UNAVAILABLE, message))
        return inf

    def _expire(self, now: float) -> float:
        earliest = inf
        pending = list(self._waiting) if self._current is None else [self._current, *self._waiting]
        for call in pending:
            if call.settled:
                continue
            if call.deadline_at <= now:
                self._give_up(
                    call,
                    lambda was_sent, call=call: deadline_exceeded(self._plugin, call.what, call.idempotent, was_sent),  # type: ignore[misc]
                )
            elif call.deadline_at < earliest:
                earliest = call.deadline_at
        return earliest

    def _lose(self, loss: PluginartError) -> None:
        """The one place where everything pending is failed."""
        if self._state is _State.CLOSED:
            return
        self._set_state(_State.CLOSED)
        self._late.stop()
        self._channel.stop()
        self._link.end()
        self._idle.release()

        def fail(reason: PluginartError) -> None:
            self._deadlines.stop()
            current, self._current = self._current, None
            waiting, self._waiting = self._waiting, deque()
            if current is not None and not current.settled:
                current.settle(b"", lost_call(reason, current.idempotent, True))
            for call in waiting:
                if not call.settled:
                    call.settle(b"", lost_call(reason, call.idempotent, False))

        self._explain(loss, fail)
