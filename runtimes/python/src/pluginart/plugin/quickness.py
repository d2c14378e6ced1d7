"""Whether handlers return so soon that they need no thread of their own."""

_QUICK_SECONDS = 0.000_2
_ENOUGH = 16
_MOST = 64
_SLOW_COST = 4
_STUCK_COST = 80


class Quickness:
    """A score of the last runs. Read and written by any thread; a lost update does no harm."""

    __slots__ = ("_score",)

    def __init__(self) -> None:
        self._score = 0

    @property
    def is_quick(self) -> bool:
        """Nearly all of the last runs were quick."""
        return self._score >= _ENOUGH

    def took(self, seconds: float) -> None:
        """One run, by the clock on the wall."""
        if seconds >= _QUICK_SECONDS:
            self._score = max(self._score - _SLOW_COST, -_MOST)
        elif self._score < _MOST:
            self._score += 1

    def was_stuck(self) -> None:
        """One run held up others."""
        self._score = max(self._score - _STUCK_COST, -_MOST)
