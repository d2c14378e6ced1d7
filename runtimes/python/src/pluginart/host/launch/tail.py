"""What a dead plugin is remembered by."""

from collections import deque

MAX_LINES = 20
MAX_LINE_LENGTH = 2_000


class Tail:
    """The last lines of a stream: at most 20 of at most 2,000 characters each. Empty lines are left out."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=MAX_LINES)

    def add(self, line: str) -> None:
        """Remember a line, and forget the oldest."""
        if not line:
            return
        if len(line) > MAX_LINE_LENGTH:
            line = f"{line[:MAX_LINE_LENGTH]}... ({len(line) - MAX_LINE_LENGTH} more characters)"
        self._lines.append(line)

    def lines(self) -> tuple[str, ...]:
        """Return what is remembered, the oldest first."""
        return tuple(self._lines)
