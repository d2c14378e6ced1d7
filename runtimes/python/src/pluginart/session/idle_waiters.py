"""Waits of coroutines for the moment when nothing is open."""

from asyncio import Future

from .future_waker import FutureWaker


class IdleWaiters:
    """Coroutines that wait for something to fall idle."""

    def __init__(self, waker: FutureWaker) -> None:
        self._waker = waker
        self.waiting: list[Future[None]] = []
        """To be looked at only: `release` does nothing while it is empty."""

    def wait(self, is_idle: bool) -> "Future[None]":
        """Done at once if it is idle, else with the next `release`. On the loop, with the lock held."""
        future = self._waker.loop.create_future()
        if is_idle:
            future.set_result(None)
        else:
            self.waiting.append(future)
        return future

    def release(self) -> None:
        """End the wait of all; with the lock held."""
        if self.waiting:
            waiting, self.waiting = self.waiting, []
            for future in waiting:
                self._waker.wake(future)
