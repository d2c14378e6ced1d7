"""Ends the waits of coroutines from threads."""

from _thread import get_ident
from asyncio import Future
from collections import deque

from .link import Link


class FutureWaker:
    """Ends futures of one loop from any thread, many with one wake-up."""

    def __init__(self, link: Link) -> None:
        self.loop = link.loop
        self._link = link
        self._woken: deque[Future[None]] = deque()
        self._scheduled = False

    def wake(self, future: "Future[None]") -> None:
        """End the future; with the link's lock held."""
        if get_ident() == self._link.loop_thread:
            if not future.done():
                future.set_result(None)
            return
        self._woken.append(future)
        if not self._scheduled:
            self._link.soon(self._drain)
            self._scheduled = True

    def _drain(self) -> None:
        with self._link.lock:
            self._scheduled = False
            woken, self._woken = self._woken, deque()
        for future in woken:
            if not future.done():
                future.set_result(None)
