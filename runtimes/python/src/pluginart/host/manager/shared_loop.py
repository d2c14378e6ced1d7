"""An event loop in a thread, which ends only when nobody waits for it any more."""

import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ...transport import LoopThread

Result = TypeVar("Result")


class LoopEndedError(Exception):
    """The loop has ended, and what was to be run has not."""


class SharedLoop:
    """Starts at once."""

    def __init__(self, name: str) -> None:
        self._thread = LoopThread(name)
        self._changed = threading.Condition()
        self._users = 0
        """Threads that wait for something."""
        self._ended = False

    def run(self, make: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """As `LoopThread.run`. Raises LoopEndedError."""
        with self._changed:
            if self._ended:
                raise LoopEndedError
            self._users += 1
        try:
            return self._thread.run(make())
        finally:
            with self._changed:
                self._users -= 1
                self._changed.notify_all()

    def end_if(self, is_over: Callable[[], bool]) -> bool:
        """End when nobody waits for it, if it is over then; no thread is left. Return whether it has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._users == 0)
            if not self._ended and not is_over():
                return False
            self._ended = True
        self._thread.stop()
        return True
