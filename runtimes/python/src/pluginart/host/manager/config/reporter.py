"""Collects what is wrong with a file."""

import datetime
import re
from typing import Any, Literal

from .problem import ConfigProblem, Place
from .toml_document import TomlDocument
from .toml_scanner import Path

Kind = Literal["string", "number", "integer", "boolean", "list", "table"]

NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""Of a plugin."""

DESCRIPTIONS: dict[Kind, str] = {
    "string": "a string",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "list": "a list",
    "table": "a table",
}


class Reporter:
    """Each problem gets its place and the name of the plugin it concerns."""

    def __init__(self, file: str, document: TomlDocument) -> None:
        self.document = document
        self.problems: list[ConfigProblem] = []
        self.warnings: list[ConfigProblem] = []
        self.faulty: set[int] = set()
        """Indices of the entries about which something was said."""
        self._file = file

    def wrong(self, path: Path, message: str) -> None:
        """Report a value; the message goes on after its name."""
        self.report(path, f"{key_text(path)} {message}")

    def wrong_key(self, path: Path, message: str) -> None:
        """Report a key, with a whole sentence."""
        self.report(path, message, self.document.place_of_key(path))

    def report(self, path: Path, message: str, place: Place | None = None) -> None:
        """Report a whole sentence. Values are not to be repeated: they may be secret."""
        if len(path) > 1 and isinstance(path[1], int):
            self.faulty.add(path[1])
        self.problems.append(self._problem(path, message, place))

    def warn(self, path: Path, message: str) -> None:
        """Tell something that stops nobody."""
        self.warnings.append(self._problem(path, message, None))

    def expect(self, path: Path, value: object, kind: Kind) -> bool:
        """Report a value of another kind, and return whether it is of this one."""
        found = _kind_of(value)
        if found == kind or (found == "number" and kind == "integer"):
            return True
        description = str(value).lower() if isinstance(value, bool) else "a date"
        if found is not None and found != "boolean":
            description = DESCRIPTIONS[found]
        hint = ": put it in double quotes" if kind == "string" and found in ("number", "boolean") else ""
        self.wrong(path, f"must be {DESCRIPTIONS[kind]}, not {description}{hint}")
        return False

    def _problem(self, path: Path, message: str, place: Place | None) -> ConfigProblem:
        return ConfigProblem(self._file, place or self.document.place_of(path), self._plugin_at(path), message)

    def _plugin_at(self, path: Path) -> str | None:
        if len(path) < 2 or path[0] != "plugins":
            return None
        name = self.document.value_at((*path[:2], "name"))
        return name if isinstance(name, str) and re.fullmatch(NAME_PATTERN, name) else None


def key_text(path: Path) -> str:
    """Name a path within its plugin: ``call_timeout``, ``args[1]``, ``env.HOME``."""
    text = ""
    for step in path[2:] if path[0] == "plugins" and len(path) > 2 else path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def _kind_of(value: Any) -> Kind | None:
    match value:
        case str():
            return "string"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case list():
            return "list"
        case dict():
            return "table"
        case datetime.date() | datetime.time():
            return None
    raise AssertionError(type(value))
