"""Durations as Go writes them."""

import re

MAX_DURATION_MS = 2_147_483_647
"""What all hosts can wait for. About 24 days 20 hours."""
DURATION_PATTERN = "^\\+?(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$"
"""What a duration looks like, in the JSON Schema."""
LONGEST_TEXT = 64

NANOSECONDS_PER = {
    "ns": 1,
    "us": 1_000,
    # The micro sign and the Greek letter: Go takes both.
    "\u00b5s": 1_000,
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}

_part = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")


class NoDurationError(ValueError):
    """Says what is wrong with a text, to be put after it: ``lacks a unit``."""


def parse_duration(text: str) -> float:
    """Read numbers, each with a unit: ``150ms``, ``1m30s``, ``1.5h``, ``0s``, ``0``.

    Returns seconds in whole milliseconds, rounded up so that a short time never becomes none, at most
    `MAX_DURATION_MS`. Raises NoDurationError.
    """
    if text.startswith("-"):
        raise NoDurationError("must not be negative")
    unsigned = text.removeprefix("+")
    if unsigned == "0":
        return 0.0
    if not unsigned or len(text) > LONGEST_TEXT:
        raise NoDurationError("is not a duration")
    total = 0
    at = 0
    while at < len(unsigned):
        found = _part.match(unsigned, at)
        assert found is not None
        whole, fraction, unit = found[1], found[2] or "", found[3]
        if not whole and not fraction:
            raise NoDurationError("is not a duration")
        if not unit:
            raise NoDurationError("lacks a unit (ms, s, m or h)")
        nanoseconds = NANOSECONDS_PER.get(unit)
        if nanoseconds is None:
            raise NoDurationError(f'has the unknown unit "{unit}" (ms, s, m and h are known)')
        total += int(whole or "0") * nanoseconds
        total += int(fraction or "0") * nanoseconds // 10 ** len(fraction)
        at = found.end()
    milliseconds = -(-total // 1_000_000)
    if milliseconds > MAX_DURATION_MS:
        raise NoDurationError("is too long (596h is the most)")
    return milliseconds / 1_000
