"""Options of commands that may be given more than once."""

from collections.abc import Iterable


def repeated_flag(flag: str, values: Iterable[str]) -> list[str]:
    """Return the arguments: the flag before each value."""
    return [part for value in values for part in (flag, value)]
