"""The kinds of values that keys of the configuration have."""

import math
import re
from dataclasses import dataclass
from typing import Any

from .duration import NoDurationError, parse_duration
from .remote_address import parse_remote_address
from .reporter import Reporter
from .rule import NOTHING
from .toml_scanner import Path


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    pattern: str
    wrong: str

    def __call__(self, reporter: Reporter, path: Path, value: Any) -> Any:
        """As `Check`."""
        if not reporter.expect(path, value, "string"):
            return NOTHING
        if self.fits(value):
            return value
        reporter.wrong(path, self.wrong)
        return NOTHING

    def fits(self, value: str) -> bool:
        """Return whether a string is right."""
        return re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds."""

    zero_allowed: bool = False

    def __call__(self, reporter: Reporter, path: Path, value: Any) -> Any:
        """As `Check`."""
        if not reporter.expect(path, value, "string"):
            return NOTHING
        try:
            seconds = parse_duration(value)
            if seconds > 0 or self.zero_allowed:
                return seconds
            wrong = "must be above zero"
        except NoDurationError as error:
            wrong = str(error)
        reporter.wrong(path, f'"{value[:40]}" {wrong}; write a duration such as "150ms", "5s" or "1m30s"')
        return NOTHING


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number."""

    least: int
    most: int

    def __call__(self, reporter: Reporter, path: Path, value: Any) -> Any:
        """As `Check`."""
        if not reporter.expect(path, value, "integer"):
            return NOTHING
        if self.least <= value <= self.most and value == math.floor(value):
            return int(value)
        reporter.wrong(path, f"must be an integer from {self.least} to {self.most}")
        return NOTHING


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few values."""

    values: tuple[str | int, ...]
    wrong: str

    def __call__(self, reporter: Reporter, path: Path, value: Any) -> Any:
        """As `Check`."""
        if not isinstance(value, bool | list | dict):
            for allowed in self.values:
                if value == allowed:
                    return allowed
        reporter.wrong(path, self.wrong)
        return NOTHING


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def __call__(self, reporter: Reporter, path: Path, value: Any) -> Any:
        """As `Check`."""
        return value if reporter.expect(path, value, "boolean") else NOTHING


@dataclass(frozen=True, slots=True)
class TextList:
    """A list of strings."""

    element: Text

    def __call__(self, reporter: Reporter, path: Path, value: Any) -> Any:
        """As `Check`."""
        if reporter.expect(path, value, "list"):
            return [self.element(reporter, (*path, index), element) for index, element in enumerate(value)]
        return NOTHING


NO_NUL = Text(r"^[^\0]*$", "must not hold a NUL character")


def check_env(reporter: Reporter, path: Path, value: Any) -> Any:
    """Take a table of strings, whose keys are names of variables."""
    if not reporter.expect(path, value, "table"):
        return NOTHING
    for name, text in value.items():
        variable = (*path, name)
        if name.startswith("PLUGIN_"):
            wrong = "may not be set: variables that begin with PLUGIN_ belong to pluginart"
            reporter.wrong_key(variable, f"env.{name} {wrong}")
        elif not name or "=" in name or "\0" in name:
            reporter.wrong_key(variable, f'env.{name} is no name for a variable: it is empty, or holds "=" or NUL')
        else:
            NO_NUL(reporter, variable, text)
    return value


def check_inherit_env(reporter: Reporter, path: Path, value: Any) -> Any:
    """Take true, false or a list of names."""
    if isinstance(value, bool) or (isinstance(value, list) and all(isinstance(name, str) for name in value)):
        return value
    reporter.wrong(path, "must be true, false, or a list of names of variables")
    return NOTHING


def check_cpus(reporter: Reporter, path: Path, value: Any) -> Any:
    """Take a number above zero."""
    if not reporter.expect(path, value, "number"):
        return NOTHING
    if value > 0 and math.isfinite(value):
        return float(value)
    reporter.wrong(path, "must be above zero")
    return NOTHING


def check_address(reporter: Reporter, path: Path, value: Any) -> Any:
    """Take ``host:port``; gives both."""
    if not reporter.expect(path, value, "string"):
        return NOTHING
    address = parse_remote_address(value)
    if address is not None:
        return address
    reporter.wrong(path, 'must be "host:port", such as "plugins.example.com:9000" or "[::1]:9000"')
    return NOTHING


def seen_before(reporter: Reporter, path: Path, value: Any) -> Any:
    """Take what was looked at before."""
    return value
