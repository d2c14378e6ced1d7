"""One timer for any number of deadlines."""

from collections.abc import Callable
from math import inf
from time import monotonic

from .link import Link

# Beyond it a timer is set anew when it fires: a loop's clock does not take any number of seconds.
_LONGEST_TIMER = 86_400.0


class DeadlineTimer:
    """Armed for the earliest deadline; when it fires, its owner expires what is due and names the next.

    So a call that is answered in time costs no timer.
    """

    def __init__(self, link: Link, expire: Callable[[float], float]) -> None:
        """`expire` ends what is due and returns the earliest deadline left, infinite for none; the lock is held."""
        self._link = link
        self._expire = expire
        self.armed_for = inf
        """The earliest deadline; later ones need not be included."""
        self._prevent: Callable[[], None] | None = None
        self._stopped = False

    def include(self, deadline_at: float) -> None:
        """Take a deadline in, by `time.monotonic`. Any thread, with the lock held."""
        if deadline_at < self.armed_for and not self._stopped:
            self._link.soon(self._arm)
            self.armed_for = deadline_at

    def stop(self) -> None:
        """Never fire again. Any thread."""
        self._stopped = True
        self._link.soon(self._disarm)

    def _disarm(self) -> None:
        if self._prevent is not None:
            self._prevent()
            self._prevent = None

    def _arm(self) -> None:
        self._disarm()
        with self._link.lock:
            armed_for = self.armed_for
        if armed_for != inf and not self._stopped:
            delay = min(max(armed_for - monotonic(), 0.0), _LONGEST_TIMER)
            self._prevent = self._link.later(delay, self._fire)

    def _fire(self) -> None:
        self._prevent = None
        with self._link.lock:
            self.armed_for = inf
            if not self._stopped:
                self.include(self._expire(monotonic()))
