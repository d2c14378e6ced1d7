"""A call on its way, and the wait for its answer."""

from _thread import LockType, allocate_lock
from asyncio import Future
from typing import Literal

from ..errors import PluginartError
from .future_waker import FutureWaker

CallKind = Literal["call", "describe", "ping"]


class PendingCall:
    """From being asked for until its caller has an answer. Guarded by the link's lock until it is settled."""

    __slots__ = (
        "_future",
        "_lock",
        "_waker",
        "deadline_at",
        "error",
        "id",
        "idempotent",
        "kind",
        "made_at",
        "metadata",
        "payload",
        "result",
        "settled",
        "what",
    )

    def __init__(
        self,
        kind: CallKind,
        payload: bytes | bytearray,
        metadata: bytes,
        deadline_at: float,
        what: str,
        idempotent: bool,
    ) -> None:
        self.kind: CallKind = kind
        self.payload: bytes | bytearray = payload
        """Dropped once it was handed to the outbox."""
        self.metadata = metadata
        self.deadline_at = deadline_at
        """By `time.monotonic`; infinite = none."""
        self.what = what
        """Names the call in messages: ``Echo.Echo``, or ``a call``."""
        self.idempotent = idempotent
        self.id = 0
        """The stream; 0 while nothing of it was made."""
        self.made_at = 0
        """The outbox's `made_bytes` before its frame."""
        self.settled = False
        """The caller has its answer or has given up; the stream may be open still."""
        self.result: bytes | float = b""
        self.error: PluginartError | None = None
        self._lock: LockType | None = None
        self._future: Future[None] | None = None
        self._waker: FutureWaker | None = None

    def wait_in_thread(self) -> LockType:
        """Have `settle` release a lock, which is returned taken."""
        self._lock = lock = allocate_lock()
        lock.acquire()
        return lock

    def wait_on_loop(self, waker: FutureWaker) -> "Future[None]":
        """Have `settle` end the future that is returned."""
        self._waker = waker
        self._future = future = waker.loop.create_future()
        return future

    def settle(self, result: bytes | float, error: PluginartError | None) -> None:
        """Give the caller its answer; the first one counts."""
        if self.settled:
            return
        self.result = result
        self.error = error
        self.payload = b""
        # Woken before it counts as settled: interrupted in between, it is settled once more, and not left to wait.
        if self._lock is not None:
            if self._lock.locked():
                self._lock.release()
        elif self._waker is not None and self._future is not None:
            self._waker.wake(self._future)
        self.settled = True

    def take_answer(self) -> bytes | float:
        """Return the result or raise the error. Once."""
        if self.error is not None:
            try:
                raise self.error
            finally:
                # Else the error keeps this frame, which keeps the error.
                self.error = None
        return self.result
