"""PING and PONG of one connection, both ways. PROTOCOL.md, section 11."""

from asyncio import Future
from time import monotonic

from ...errors import PluginartError, TransportError
from ...wire.frame_v2 import PING, PONG
from ..future_waker import FutureWaker
from .outbox import Outbox

_MAX_QUEUED_CONTROL_FRAMES = 1_024


class Pings:
    """One PING of this side's is under way at a time; who asks meanwhile shares it. All but `outcome` with the lock."""

    def __init__(self, outbox: Outbox, waker: FutureWaker) -> None:
        self._outbox = outbox
        self._waker = waker
        self._seq = 0
        self._sent_at = 0.0
        self._round_trip: float | PluginartError = 0.0
        self._waiting: list[Future[None]] = []

    def send(self) -> "Future[None]":
        """Ask the peer, unless that is done already; `outcome` takes what is returned."""
        future = self._waker.loop.create_future()
        if not self._waiting:
            self._seq = (self._seq + 1) & 0xFFFF_FFFF
            self._sent_at = monotonic()
            self._outbox.control(PING, self._seq)
            self._outbox.pump()
        self._waiting.append(future)
        return future

    async def outcome(self, pong: "Future[None]") -> float:
        """Return the seconds until the Pong. Raises TransportError where the connection ended before."""
        await pong
        outcome = self._round_trip
        if isinstance(outcome, PluginartError):
            raise TransportError(outcome.code, outcome.message, origin=outcome.origin) from outcome.__cause__
        return outcome

    def on_pong(self, seq: int) -> None:
        """Take an answer."""
        if self._waiting and seq == self._seq:
            self.end(monotonic() - self._sent_at)

    def end(self, outcome: float | PluginartError) -> None:
        """Tell those who wait: seconds, or why there is no answer."""
        self._round_trip = outcome
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            self._waker.wake(future)

    def answer(self, seq: int) -> bool:
        """Answer a PING of the peer's. Return False where it does not read its answers."""
        if self._outbox.queued_control_frames >= _MAX_QUEUED_CONTROL_FRAMES:
            # Of one read there may be more than that from a peer that does read.
            self._outbox.pump()
            if self._outbox.queued_control_frames >= _MAX_QUEUED_CONTROL_FRAMES:
                return False
        self._outbox.control(PONG, seq)
        return True
