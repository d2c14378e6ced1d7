"""Waits of coroutines for the moment when nothing is open."""

from asyncio import Future

from .future_waker import FutureWaker


class IdleWaiters:
    """Coroutines that wait for something to fall idle."""

    def __init__(self, waker: FutureWaker) -> None:
        self._waker = waker
        self._waiting: list[Future[None]] = []

    def wait(self, is_idle: bool) -> "Future[None]":
        """Done at once if it is idle, else with the next `release`. On the loop, with the lock held."""
        future = self._waker.loop.create_future()
        if is_idle:
            future.set_result(None)
        else:
            self._waiting.append(future)
        return future

    def release(self) -> None:
        """End the wait of all; with the lock held."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for future in waiting:
                self._waker.wake(future)
