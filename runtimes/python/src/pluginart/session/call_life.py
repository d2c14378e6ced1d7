"""How long the answer to a call of the peer is wanted."""

from asyncio import CancelledError
from collections.abc import Callable
from math import inf
from threading import Event
from time import monotonic

from ..errors import ErrorCode, PluginartError
from .link import Link


class CallLife:
    """Ends with the answer. Its methods may be called from any thread.

    Watching costs nothing before somebody watches: an Event costs more than a whole small call.
    """

    __slots__ = ("_ended", "_event", "_link", "_on_stop", "deadline_at", "reason")

    def __init__(self, link: Link, deadline_at: float) -> None:
        self.deadline_at = deadline_at
        """By `time.monotonic`; infinite = no deadline."""
        self.reason: PluginartError | None = None
        """Why the handler is to stop."""
        self._link = link
        self._event: Event | None = None
        self._on_stop: Callable[[], object] | None = None
        self._ended = False

    @property
    def remaining(self) -> float | None:
        """Seconds left, at least 0."""
        return None if self.deadline_at == inf else max(0.0, self.deadline_at - monotonic())

    @property
    def cancelled(self) -> bool:
        """Whether the handler is to stop."""
        if self.reason is None and self.deadline_at <= monotonic():
            self.stop(deadline_passed())
        return self.reason is not None

    def wait_cancelled(self, timeout: float | None) -> bool:
        """Block until `cancelled`, at most `timeout` seconds."""
        with self._link.lock:
            if self._event is None:
                self._event = Event()
                if self.reason is not None:
                    self._event.set()
        until = self.deadline_at if timeout is None else min(self.deadline_at, monotonic() + timeout)
        self._event.wait(None if until == inf else max(until - monotonic(), 0.0))
        return self.cancelled

    def on_stop(self, callback: Callable[[], object]) -> None:
        """Have a callback called once, from any thread, when the handler is to stop. It must not block."""
        with self._link.lock:
            if self.reason is None:
                self._on_stop = callback
                return
        callback()

    def stop(self, reason: PluginartError) -> None:
        """Tell the handler. Does nothing after the first time, and once the call has ended."""
        with self._link.lock:
            if self._ended or self.reason is not None:
                return
            self.reason = reason
            if self._event is not None:
                self._event.set()
            if self._on_stop is not None:
                self._on_stop()
                self._on_stop = None

    def reason_for(self, error: BaseException) -> PluginartError | None:
        """Why the handler was told to stop, if `error` is what it raised because of that."""
        if self.reason is not None and (error is self.reason or isinstance(error, CancelledError)):
            return self.reason
        return None

    def end(self) -> None:
        """The call is answered."""
        self._ended = True
        self._on_stop = None


def deadline_passed() -> PluginartError:
    """What a handler is told whose time is up."""
    return PluginartError(ErrorCode.DEADLINE_EXCEEDED, "the call's deadline has passed")
