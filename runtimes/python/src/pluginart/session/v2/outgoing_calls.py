"""The calls this side makes: stream numbers, slots of the peer, deadlines, cancellation. PROTOCOL.md, section 8."""

from asyncio import Future
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf
from time import monotonic

from ...errors import PluginartError
from ...wire.frame_v2 import CALL, CANCEL, DESCRIBE, DESCRIPTION
from ...wire.violation import violation
from ..call_errors import deadline_exceeded, exhausted, lost_call, request_too_large
from ..deadline_timer import DeadlineTimer
from ..failure import remote_failure
from ..future_waker import FutureWaker
from ..idle_waiters import IdleWaiters
from ..link import Link
from ..pending_call import PendingCall
from .outbox import MAX_QUEUED_BYTES, Outbox

_MAX_WAITING_CALLS = 16_384
_MAX_TIMEOUT_MS = 0xFFFF_FFFF
_MAX_TIMEOUT = _MAX_TIMEOUT_MS / 1_000
_LAST_ID = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class OutgoingOptions:
    """What bounds the calls."""

    plugin: str
    """The peer's name, for messages."""
    max_message_bytes: int
    """The peer's, from the handshake."""
    max_concurrent_calls: int
    """The peer's, from the handshake."""
    on_stuck: Callable[[int], None]
    """Every slot is held by calls given up on; gets the number of open calls."""


class OutgoingCalls:
    """All methods need the link's lock."""

    def __init__(self, link: Link, outbox: Outbox, waker: FutureWaker, options: OutgoingOptions) -> None:
        self._outbox = outbox
        self._options = options
        self.open: dict[int, PendingCall] = {}
        """Those that have no answer yet, by stream. To be looked at only."""
        self._waiting: deque[PendingCall] = deque()
        # Open streams whose caller has given up.
        self._abandoned = 0
        self._next_id = 1
        self._lost = False
        self._refusal: PluginartError | None = None
        self._deadlines = DeadlineTimer(link, self._expire)
        self._idle = IdleWaiters(waker)

    def refuse(self, refusal: PluginartError) -> None:
        """Take no new calls from now on; they fail with `refusal`."""
        if self._refusal is None:
            self._refusal = refusal

    def when_idle(self) -> "Future[None]":
        """Done when nobody waits for an answer any more, or will get one; calls given up on may still be open."""
        return self._idle.wait(self._lost or self._is_idle())

    def start(self, call: PendingCall) -> None:
        """Send a call, or let it wait for a slot; or settle it at once."""
        if self._refusal is not None:
            call.settle(b"", lost_call(self._refusal, call.idempotent, False))
            return
        if len(self.open) < self._options.max_concurrent_calls and not self._waiting:
            self._send(call)
        else:
            self._enqueue(call)
        if call.deadline_at < self._deadlines.armed_for and not call.settled:
            self._deadlines.include(call.deadline_at)

    def give_up(self, call: PendingCall, error_of: Callable[[bool], PluginartError]) -> None:
        """Settle at once; the stream stays open until the peer's terminal. `error_of` is told whether it was sent."""
        if call.settled:
            return
        is_open = self.open.get(call.id) is call
        was_sent = is_open and self._outbox.abort(call.id) != "unsent"
        call.settle(b"", error_of(was_sent))
        if not is_open:
            if call.id == 0 and call in self._waiting:
                self._waiting.remove(call)
            self._release_if_idle()
            return
        self._abandoned += 1
        if not was_sent:
            self._close(call)
            return
        self._outbox.send(CANCEL, call.id, 0, b"", b"")
        if self._abandoned >= self._options.max_concurrent_calls:
            waiting, self._waiting = self._waiting, deque()
            for other in waiting:
                other.settle(b"", self._stuck())
            self._options.on_stuck(len(self.open))
        self._release_if_idle()

    def on_answer(self, frame_type: int, stream: int, body: bytes) -> None:
        """RESPONSE or DESCRIPTION, whole."""
        call = self.open.get(stream)
        if call is None:
            return
        if (call.kind == "describe") != (frame_type == DESCRIPTION):
            raise violation(f"a frame of type {frame_type} answers stream {stream} (V2-S8)")
        self._close(call)
        call.settle(body, None)

    def on_error(self, stream: int, body: bytes) -> None:
        """ERROR."""
        failure = remote_failure(body, self._options.plugin)
        call = self.open.get(stream)
        if call is None:
            return
        self._outbox.abort(stream)
        self._close(call)
        call.settle(b"", failure)

    def lose(self, loss: PluginartError) -> Callable[[PluginartError], None]:
        """The connection is gone: return what fails all that is pending, with what is then known of the loss."""
        self.refuse(loss)
        self._lost = True
        self._idle.release()
        handed = self._outbox.handed_bytes
        unsent = {0}
        for call in self.open.values():
            rest = self._outbox.abort(call.id)
            if rest == "unsent" or (rest == "none" and call.made_at >= handed):
                unsent.add(call.id)

        def fail(reason: PluginartError) -> None:
            self._deadlines.stop()
            pending = [*self.open.values(), *self._waiting]
            self.open.clear()
            self._waiting.clear()
            for call in pending:
                if not call.settled:
                    call.settle(b"", lost_call(reason, call.idempotent, call.id not in unsent))

        return fail

    def _is_idle(self) -> bool:
        return len(self.open) == self._abandoned and not self._waiting

    def _release_if_idle(self) -> None:
        if self._is_idle():
            self._idle.release()

    def _enqueue(self, call: PendingCall) -> None:
        most = self._options.max_concurrent_calls
        if most == 0:
            call.settle(b"", exhausted(self._options.plugin, "the plugin takes no calls"))
        elif self._abandoned >= most:
            call.settle(b"", self._stuck())
        elif len(self._waiting) >= _MAX_WAITING_CALLS:
            message = f"{_MAX_WAITING_CALLS} calls are waiting for the plugin already"
            call.settle(b"", exhausted(self._options.plugin, message))
        else:
            self._waiting.append(call)

    def _send(self, call: PendingCall) -> None:
        outbox = self._outbox
        options = self._options
        size = len(call.payload)
        if size > options.max_message_bytes:
            call.settle(b"", request_too_large(options.plugin, size, options.max_message_bytes))
            return
        if outbox.queued_bytes > MAX_QUEUED_BYTES:
            message = f"the plugin does not read: {outbox.queued_bytes} bytes are waiting to be sent"
            call.settle(b"", exhausted(options.plugin, message))
            return
        timeout = 0
        if call.deadline_at != inf:
            remaining = call.deadline_at - monotonic()
            if remaining <= 0:
                call.settle(b"", deadline_exceeded(options.plugin, call.what, call.idempotent, False))
                return
            timeout = ceil(remaining * 1_000) if remaining < _MAX_TIMEOUT else _MAX_TIMEOUT_MS
        call.id = stream = self._take_id()
        if call.kind == "call":
            call.made_at = outbox.send(CALL, stream, timeout, call.metadata, call.payload)
        else:
            call.made_at = outbox.send(DESCRIBE, stream, 0, b"", b"")
        call.payload = b""
        self.open[stream] = call

    def _take_id(self) -> int:
        stream = self._next_id
        while True:
            following = stream + 2 if stream < _LAST_ID else 1
            if stream not in self.open:
                self._next_id = following
                return stream
            stream = following

    def _close(self, call: PendingCall) -> None:
        """The stream ended: its slot serves the next call."""
        del self.open[call.id]
        if call.settled:
            self._abandoned -= 1
        while self._waiting and len(self.open) < self._options.max_concurrent_calls:
            self._send(self._waiting.popleft())
        if self._idle.waiting:
            self._release_if_idle()

    def _expire(self, now: float) -> float:
        earliest = inf
        for call in [*self.open.values(), *self._waiting]:
            if call.settled:
                continue
            if call.deadline_at <= now:
                self.give_up(call, lambda was_sent, call=call: self._deadline_exceeded(call, was_sent))  # type: ignore[misc]
            elif call.deadline_at < earliest:
                earliest = call.deadline_at
        self._outbox.pump()
        return earliest

    def _deadline_exceeded(self, call: PendingCall, was_sent: bool) -> PluginartError:
        return deadline_exceeded(self._options.plugin, call.what, call.idempotent, was_sent)

    def _stuck(self) -> PluginartError:
        message = (
            f"all {self._options.max_concurrent_calls} calls that the plugin takes at once are held by handlers that "
            "do not return, though their calls were cancelled"
        )
        return exhausted(self._options.plugin, message)
