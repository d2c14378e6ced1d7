"""The calls the peer makes: each gets exactly one terminal. PROTOCOL.md, section 8."""

from asyncio import Future
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic

from ...errors import ErrorCode, PluginartError
from ...wire.fragment_assembler import AssembledMessage
from ...wire.frame import Frame
from ...wire.frame_v2 import DESCRIPTION, ERROR, RESPONSE, STREAMING_FLAGS
from ...wire.limits import V2_MAX_PAYLOAD_BYTES
from ...wire.violation import violation
from ..call_life import CallLife, deadline_passed
from ..deadline_timer import DeadlineTimer
from ..failure import FailureOrigin, caller_gave_up, failure_body
from ..future_waker import FutureWaker
from ..idle_waiters import IdleWaiters
from ..incoming_call import ArrivedCall
from ..link import Link
from ..metadata import NO_METADATA, CallMetadata, decode_metadata
from .held_calls import HeldCalls
from .outbox import MAX_QUEUED_BYTES, Outbox


@dataclass(frozen=True, slots=True)
class IncomingOptions:
    """What bounds the calls."""

    max_concurrent_calls: int
    """What this side said it takes."""
    peer_max_message_bytes: int
    """What the peer said it takes."""
    on_overflow: Callable[[PluginartError], None]
    """The peer does not read its answers."""
    flush: Callable[[], None]
    """An answer was made: send it, now or together with others."""
    on_released: Callable[[], None]
    """Calls that waited can be taken: `take_arrived`."""


class IncomingCalls:
    """All methods need the link's lock."""

    def __init__(self, link: Link, outbox: Outbox, waker: FutureWaker, options: IncomingOptions) -> None:
        self.link = link
        self.outbox = outbox
        self.options = options
        self.open: dict[int, OpenCall] = {}
        """Those that have no answer yet, by stream. To be looked at only."""
        self._max_concurrent_calls = options.max_concurrent_calls
        self._arrived: list[ArrivedCall] = []
        self.held = HeldCalls(outbox)
        self._refusal: PluginartError | None = None
        self._closed = False
        # Open calls that their caller has given up on.
        self._cancelled = 0
        self._idle = IdleWaiters(waker)
        self._unwanted = IdleWaiters(waker)
        self._deadlines = DeadlineTimer(link, self._expire)

    def take_arrived(self) -> list[ArrivedCall]:
        """What came for the handler since the last time."""
        arrived = self._arrived
        if arrived:
            self._arrived = []
        return arrived

    def refuse(self, refusal: PluginartError) -> None:
        """Answer calls from now on with `refusal`."""
        if self._refusal is None:
            self._refusal = refusal

    def when_idle(self) -> "Future[None]":
        """Done when no call is open."""
        return self._idle.wait(not self.open)

    def when_unwanted(self) -> "Future[None]":
        """Done when nobody waits for an answer any more: what is open, if anything, was given up on."""
        return self._unwanted.wait(len(self.open) == self._cancelled)

    def on_call(self, frame: Frame, arriving: int) -> None:
        """Take a whole CALL; `arriving` calls whose fragments are still coming count as open."""
        _, flags, metadata_bytes, stream, arg, payload = frame
        if len(self.open) + arriving >= self._max_concurrent_calls:
            self.check_room(arriving)
        deadline_at = inf if arg == 0 else monotonic() + arg / 1_000
        if metadata_bytes:
            self._begin(stream, flags, deadline_at, payload[:metadata_bytes], payload[metadata_bytes:])
        else:
            self._begin(stream, flags, deadline_at, b"", payload)

    def on_assembled_call(self, message: AssembledMessage) -> None:
        """Take a CALL that came in fragments."""
        deadline_at = inf if message.arg == 0 else message.begun_at + message.arg / 1_000
        self._begin(message.stream, message.flags, deadline_at, message.metadata, message.body)

    def on_describe(self, stream: int, description: bytes, arriving: int) -> None:
        """Answer DESCRIBE at once, by no handler."""
        self.check_room(arriving)
        if not self._has_room_to_answer():
            return
        most = self.options.peer_max_message_bytes
        if len(description) <= most:
            self.outbox.send(DESCRIPTION, stream, 0, b"", description)
        else:
            self.outbox.send(ERROR, stream, 0, b"", failure_body(_too_large(len(description), most), "runtime"))

    def check_room(self, arriving: int) -> None:
        """Raise TransportError PROTOCOL_VIOLATION where one more call is too many."""
        if len(self.open) + arriving >= self._max_concurrent_calls:
            raise violation(f"more than {self._max_concurrent_calls} calls open at once (V2-S11)")

    def on_cancel(self, stream: int) -> None:
        """Tell the handler."""
        call = self.open.get(stream)
        if call is None or call.cancelled:
            return
        call.cancelled = True
        self._cancelled += 1
        call.life.stop(caller_gave_up())
        if call.go_on is not None:
            # Nobody wants what waits any more: it need not be kept.
            call.go_on = lambda: call.fail_now(caller_gave_up(), "runtime")
        self._release_waiters()

    def on_cancel_unfinished(self, stream: int) -> None:
        """A CALL given up on while its fragments were still coming: it too is owed its terminal."""
        if self._has_room_to_answer():
            self.outbox.send(ERROR, stream, 0, b"", failure_body(caller_gave_up(), "runtime"))

    def fail(self, error: PluginartError) -> None:
        """The connection is gone: handlers are told, their answers go nowhere."""
        self._closed = True
        self._deadlines.stop()
        for call in list(self.open.values()):
            call.life.stop(error)
        self.open.clear()
        self._arrived.clear()
        self.held.clear()
        self._cancelled = 0
        self._release_waiters()

    def close(self, call: "OpenCall") -> bool:
        """Say once: the call is answered now, if there is still somebody to answer."""
        if call.answered:
            return False
        call.answered = True
        call.life.end()
        if self._closed:
            return False
        del self.open[call.stream]
        if call.cancelled:
            self._cancelled -= 1
        if self._unwanted.waiting or self._idle.waiting:
            self._release_waiters()
        return self.outbox.queued_bytes <= MAX_QUEUED_BYTES or self._has_room_to_answer()

    def _release_waiters(self) -> None:
        if len(self.open) == self._cancelled:
            self._unwanted.release()
            if not self.open:
                self._idle.release()

    def _has_room_to_answer(self) -> bool:
        # Answers of handlers leave room for what this side makes by itself; who does not take that reads nothing.
        queued = self.outbox.queued_bytes
        if queued <= MAX_QUEUED_BYTES + self.options.peer_max_message_bytes:
            return True
        message = f"the host does not read: {queued} bytes of answers are waiting"
        self.options.on_overflow(PluginartError(ErrorCode.RESOURCE_EXHAUSTED, message))
        return False

    def _begin(self, stream: int, flags: int, deadline_at: float, metadata: bytes, payload: bytes) -> None:
        call = OpenCall(self, stream, deadline_at)
        self.open[stream] = call
        if deadline_at < self._deadlines.armed_for:
            self._deadlines.include(deadline_at)
        if self._refusal is not None:
            call.fail_now(self._refusal, "runtime")
        elif flags & STREAMING_FLAGS:
            message = "this runtime has no streaming methods yet"
            call.fail_now(PluginartError(ErrorCode.UNIMPLEMENTED, message), "runtime")
        elif not metadata or call.read_metadata(metadata):
            if self.outbox.holds_back and self.held.holds_calls:
                self.held.hold_call(call, lambda: self._go_on(call, payload))
            else:
                self._arrived.append((call, payload))

    def _go_on(self, call: "OpenCall", payload: bytes) -> None:
        if call.life.cancelled:
            call.fail_now(deadline_passed(), "runtime")
            return
        if not self._arrived:
            self.options.on_released()
        self._arrived.append((call, payload))

    def _expire(self, now: float) -> float:
        earliest = inf
        for call in list(self.open.values()):
            deadline_at = call.life.deadline_at
            if deadline_at <= now:
                call.life.stop(deadline_passed())
            elif deadline_at < earliest:
                earliest = deadline_at
        return earliest


class OpenCall:
    """One call of the peer that has no answer yet."""

    __slots__ = ("_calls", "answered", "cancelled", "go_on", "life", "metadata", "stream")

    def __init__(self, calls: IncomingCalls, stream: int, deadline_at: float) -> None:
        self._calls = calls
        self.stream = stream
        self.life = CallLife(calls.link, deadline_at)
        self.metadata: CallMetadata = NO_METADATA
        self.answered = False
        self.cancelled = False
        """The caller gave up."""
        self.go_on: Callable[[], object] | None = None
        """As `HeldCalls` uses it."""

    def read_metadata(self, data: bytes) -> bool:
        """Return False after having failed the call: they do not decode."""
        try:
            self.metadata = decode_metadata(data)
        except PluginartError as error:
            self.fail_now(error, "runtime")
            return False
        return True

    def respond(self, payload: bytes | bytearray) -> None:
        """Answer. Any thread."""
        calls = self._calls
        with calls.link.lock:
            if calls.outbox.holds_back and calls.held.holds_answers:
                calls.held.hold_answer(self, lambda: self._respond_now(payload))
            else:
                self._respond_now(payload)

    def fail(self, error: BaseException, origin: FailureOrigin) -> None:
        """Answer with a failure. Any thread."""
        held = self._calls.held
        with self._calls.link.lock:
            if held.holds_answers:
                held.hold_answer(self, lambda: self.fail_now(error, origin))
            else:
                self.fail_now(error, origin)

    def _respond_now(self, payload: bytes | bytearray) -> None:
        calls = self._calls
        most = calls.options.peer_max_message_bytes
        if len(payload) > most:
            self.fail_now(_too_large(len(payload), most), "runtime")
        elif calls.close(self):
            calls.outbox.send(RESPONSE, self.stream, 0, b"", payload)
            calls.options.flush()

    def fail_now(self, error: BaseException, origin: FailureOrigin) -> None:
        """Do not wait for a peer that reads slowly. With the lock held."""
        calls = self._calls
        told = self.life.reason_for(error)
        if not calls.close(self):
            return
        room = min(calls.options.peer_max_message_bytes, V2_MAX_PAYLOAD_BYTES)
        body = failure_body(error, origin, room) if told is None else failure_body(told, "runtime", room)
        calls.outbox.send(ERROR, self.stream, 0, b"", body)
        calls.options.flush()


def _too_large(size: int, most: int) -> PluginartError:
    message = f"the answer is {size} bytes long, the host takes at most {most} (max_message_bytes)"
    return PluginartError(ErrorCode.RESOURCE_EXHAUSTED, message)
