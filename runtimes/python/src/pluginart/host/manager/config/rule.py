"""What a key of the configuration is checked by."""

from dataclasses import dataclass
from typing import Any, Protocol

from .reporter import Reporter
from .toml_scanner import Path

NOTHING = object()
"""What a check returns for a value that was reported."""


class Check(Protocol):
    """Looks at a value, reports what is wrong with it, and returns what is made of it, or `NOTHING`."""

    def __call__(self, reporter: Reporter, path: Path, value: Any) -> Any:
        """`path` leads to the value."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One key that a table may have."""

    name: str
    check: Check
    required: bool = False
