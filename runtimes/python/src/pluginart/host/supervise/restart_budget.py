"""How often, and after which wait, a plugin that fails is started again."""

FIRST_WAIT = 1.0
"""Seconds."""
MOST_DOUBLINGS = 64


class RestartBudget:
    """Times are of `time.monotonic`, in seconds."""

    def __init__(self, *, max_restarts: float, backoff_max: float, stable_after: float) -> None:
        """`max_restarts` in a row, infinity = never give up; ready for `stable_after`, and the count starts anew."""
        self._max_restarts = max_restarts
        self._backoff_max = backoff_max
        self._stable_after = stable_after
        self._ready_since: float | None = None
        self.failures = 0
        """Since the plugin was last stable."""

    def renew(self) -> None:
        """Start the count anew."""
        self.failures = 0
        self._ready_since = None

    def ready(self, now: float) -> None:
        """Note that it is ready."""
        self._ready_since = now

    def failed(self, now: float) -> float | None:
        """Return the seconds to wait before the next start: 1, doubling up to the limit; None = give up."""
        if self._ready_since is not None and now - self._ready_since >= self._stable_after:
            self.failures = 0
        self._ready_since = None
        self.failures += 1
        if self.failures > self._max_restarts:
            return None
        return min(FIRST_WAIT * 2.0 ** min(self.failures - 1, MOST_DOUBLINGS), self._backoff_max)
