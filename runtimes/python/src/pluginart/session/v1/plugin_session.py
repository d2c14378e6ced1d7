"""A plugin's end of a version 1 connection: everything in the order asked, Pong included."""

from collections import deque
from enum import Enum
from math import inf

from ...control import decode_ping, encode_ping
from ...errors import ErrorCode, PluginartError, TransportError
from ...wire import frame_v1 as v1
from ...wire.frame import Frame
from ...wire.frame_v1 import v1_frame
from ...wire.limits import MAX_UNSENT_BYTES, V1_MAX_PAYLOAD_BYTES
from ...wire.violation import violation
from ..call_life import CallLife
from ..failure import FailureOrigin, caller_gave_up, v1_failure_body
from ..frame_channel import FrameChannel
from ..future_waker import FutureWaker
from ..idle_waiters import IdleWaiters
from ..incoming_call import ArrivedCall, CallHandler
from ..metadata import NO_METADATA
from ..plugin_session import PluginSessionOptions


class _State(Enum):
    OPEN = "open"
    DRAINING = "draining"
    CLOSED = "closed"


class PluginSessionV1:
    """As `PluginSession`."""

    protocol = 1

    def __init__(self, channel: FrameChannel, handler: CallHandler, options: PluginSessionOptions) -> None:
        """Take over the channel, in version 1 from the next byte on."""
        self.link = channel.link
        self._channel = channel
        self._lock = channel.lock
        self._handler = handler
        self._options = options
        self._state = _State.OPEN
        self._current: SerialCall | None = None
        # What came while a handler was running; answered afterwards, in order.
        self._queue: deque[Frame] = deque()
        self._arrived: list[ArrivedCall] = []
        self._reading = False
        self._going_on = False
        self._idle = IdleWaiters(FutureWaker(channel.link))
        channel.hand_over(self, "v1")

    @property
    def open_calls(self) -> int:
        """1 while a handler runs."""
        return 0 if self._current is None else 1

    async def drain(self) -> None:
        """As `PluginSession`."""
        with self._lock:
            if self._state is _State.OPEN:
                self._set_state(_State.DRAINING)
            idle = self._idle.wait(self._current is None)
        await idle

    def close(self, reason: PluginartError) -> None:
        """As `PluginSession`."""
        with self._lock:
            self._lose(reason)

    def hold(self) -> None:
        """There is one answer at a time."""

    def release(self) -> None:
        """There is one answer at a time."""

    def on_frames(self, frames: list[Frame]) -> None:
        """As `FrameReceiver`."""
        for frame in frames:
            frame_type = frame[0]
            if frame_type == v1.CANCEL:
                if not self._queue and self._current is not None:
                    self._current.life.stop(caller_gave_up())
            elif frame_type == v1.CALL_REQUEST or frame_type == v1.PING:
                if frame_type == v1.PING:
                    # A violation is one although its turn has not come.
                    decode_ping(frame[5])
                self._queue.append(frame)
            else:
                raise violation(f"a frame of type {frame_type}, which a host does not send here (V1-F5)")
        self._reading = True
        self._go_on()
        self._reading = False

    def on_read(self) -> None:
        """As `FrameReceiver`."""

    def after_read(self) -> None:
        """As `FrameReceiver`."""
        with self._lock:
            arrived, self._arrived = self._arrived, []
        if arrived:
            self._handler.on_calls(arrived, self)

    def on_drain(self) -> None:
        """As `FrameReceiver`."""
        self._go_on()

    def on_violation(self, error: TransportError) -> None:
        """As `FrameReceiver`."""
        self._lose(error)

    def on_closed(self, loss: TransportError) -> None:
        """As `FrameReceiver`."""
        self._lose(loss)

    def answer(self, frame: bytes) -> None:
        """One frame answers the open call. With the lock held."""
        self._current = None
        if self._state is not _State.CLOSED:
            self.link.write([frame])
            self._go_on()

    def _go_on(self) -> None:
        """What came has its turn, unless the host leaves too many answers untaken (V1-O2)."""
        # An answer that is given at once comes back here from within `_dispatch`.
        if self._going_on:
            return
        self._going_on = True
        while self._current is None and self._queue and self.link.unsent_bytes < MAX_UNSENT_BYTES:
            frame_type, _, _, _, _, payload = self._queue.popleft()
            if frame_type == v1.PING:
                self.link.write([v1_frame(v1.PONG, encode_ping(decode_ping(payload)))])
            else:
                self._dispatch(payload)
        self._going_on = False
        if self._current is None and not self._queue:
            self._idle.release()
            self.link.resume()
        elif self._queue:
            # The host is held back rather than its frames collected.
            self.link.pause()

    def _dispatch(self, payload: bytes) -> None:
        call = SerialCall(self)
        self._current = call
        if self._state is _State.DRAINING:
            call.fail(PluginartError(ErrorCode.UNAVAILABLE, "the plugin is shutting down"), "runtime")
            return
        self._arrived.append((call, payload))
        if not self._reading:
            # Whoever gave the last answer must not run the next handler within it.
            self.link.soon(self.after_read)

    def _set_state(self, state: _State) -> None:
        self._state = state

    def _lose(self, loss: PluginartError) -> None:
        """The one place where everything pending is failed."""
        if self._state is _State.CLOSED:
            return
        self._set_state(_State.CLOSED)
        self._channel.stop()
        self.link.end()
        if self._current is not None:
            self._current.life.stop(loss)
        self._queue.clear()
        self._arrived.clear()
        self._idle.release()
        self.link.soon(lambda: self._options.on_lost(loss))


class SerialCall:
    """The one open call."""

    __slots__ = ("_answered", "_session", "life")

    metadata = NO_METADATA

    def __init__(self, session: PluginSessionV1) -> None:
        self._session = session
        # Version 1 has no deadline on the wire.
        self.life = CallLife(session.link, inf)
        self._answered = False

    def respond(self, payload: bytes | bytearray) -> None:
        """Answer. Any thread."""
        if len(payload) > V1_MAX_PAYLOAD_BYTES:
            message = f"the answer is {len(payload)} bytes long, a version 1 host takes at most {V1_MAX_PAYLOAD_BYTES}"
            self.fail(PluginartError(ErrorCode.RESOURCE_EXHAUSTED, message), "runtime")
        else:
            self._answer(v1_frame(v1.CALL_RESPONSE, payload))

    def fail(self, error: BaseException, origin: FailureOrigin) -> None:
        """Answer with a failure. Any thread."""
        told = self.life.reason_for(error)
        body = v1_failure_body(error, origin) if told is None else v1_failure_body(told, "runtime")
        if len(body) > V1_MAX_PAYLOAD_BYTES:
            body = v1_failure_body(PluginartError(ErrorCode.APPLICATION, "the failure is too long to send"), "runtime")
        self._answer(v1_frame(v1.PLUGIN_ERROR, body))

    def _answer(self, frame: bytes) -> None:
        with self._session.link.lock:
            if self._answered:
                return
            self._answered = True
            self.life.end()
            self._session.answer(frame)
