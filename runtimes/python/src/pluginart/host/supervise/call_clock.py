"""The time of a call that waits for its plugin."""

import time

from ...session.caller import DEFAULT, Timeout


class CallClock:
    """What is left of a call's time."""

    def __init__(self, timeout: Timeout, call_timeout: float | None, started: float) -> None:
        """`started` by `time.monotonic`."""
        self.timeout = call_timeout if timeout is DEFAULT else timeout
        self._started = started

    def left(self) -> float | None:
        """Return the seconds left, at least a moment; None = no end."""
        if self.timeout is None:
            return None
        return max(self.timeout - (time.monotonic() - self._started), 0.001)
