"""Durations on the command line."""

import argparse
import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


def duration(text: str) -> float:
    """Read ``10s`` or ``500ms`` as seconds. Raises ArgumentTypeError."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"a time such as 10s or 500ms, not {text!r}")
    return float(match[1]) * _UNITS[match[2]]
