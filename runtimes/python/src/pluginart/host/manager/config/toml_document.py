"""A TOML file's values, and where each of them stands."""

import bisect
import re
import tomllib
from typing import Any

from .problem import Place
from .toml_scanner import Path, scan_toml

_fault = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


class TomlSyntaxError(Exception):
    """The text is no TOML."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


class TomlDocument:
    """Raises TomlSyntaxError at the first fault: what follows it could not be understood anyway."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        try:
            self.root: dict[str, Any] = tomllib.loads(text)
            self._entries = scan_toml(text)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax_error(str(error)) from None
        except RecursionError:
            raise TomlSyntaxError("it is nested too deeply", Place(1, 1)) from None

    def place_of(self, path: Path) -> Place:
        """Return where the value at `path` stands; where there is none, its nearest ancestor that has a place."""
        for length in range(len(path), 0, -1):
            entry = self._entries.get(path[:length])
            if entry is not None:
                return self._place(entry.value)
        return Place(1, 1)

    def place_of_key(self, path: Path) -> Place:
        """Return where the key that ends `path` stands; where there is none, as `place_of`."""
        entry = self._entries.get(path)
        return self.place_of(path) if entry is None else self._place(entry.key)

    def value_at(self, path: Path) -> Any:
        """Return the value at `path`; None where there is none."""
        value: Any = self.root
        for step in path:
            if isinstance(step, str) and isinstance(value, dict):
                value = value.get(step)
            elif isinstance(step, int) and isinstance(value, list):
                value = value[step]
            else:
                return None
        return value

    def _place(self, offset: int) -> Place:
        line = bisect.bisect_right(self._line_starts, offset)
        before = self._text[self._line_starts[line - 1] : offset]
        return Place(line, len(before.encode("utf-16-le")) // 2 + 1)

    def _syntax_error(self, message: str) -> TomlSyntaxError:
        found = _fault.fullmatch(message)
        if found is None:
            return TomlSyntaxError(message, Place(1, 1))
        if found["line"] is None:
            return TomlSyntaxError(found["what"], self._place(len(self._text.rstrip())))
        return TomlSyntaxError(found["what"], Place(int(found["line"]), int(found["column"])))
