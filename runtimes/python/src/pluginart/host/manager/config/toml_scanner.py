"""Finds where the keys and values of a TOML document stand.

The standard library's parser says what a document holds, but not where. This scanner is for documents which that
parser has accepted: it looks only as closely as is needed to tell where each thing begins and ends.
"""

import re
import tomllib
from collections.abc import Callable
from typing import NamedTuple

Step = str | int
Path = tuple[Step, ...]
"""Keys and indices from the root."""

_Matcher = Callable[[str, int], re.Match[str] | None]


class Entry(NamedTuple):
    """Where something stands, as offsets into the text."""

    key: int
    value: int


_blank = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*").match
_space = re.compile(r"[ \t]*").match
_bare_key = re.compile(r"[A-Za-z0-9_-]+").match
_scalar = re.compile(r"[^,\]}\n#]*").match
# A closing delimiter of three may be followed by two more quotes, which belong to the content.
_string = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
).match


def scan_toml(text: str) -> dict[Path, Entry]:
    """Return where every key and value of a valid document stands."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._entries: dict[Path, Entry] = {}
        self._list_lengths: dict[Path, int] = {}
        """Of arrays of tables, so far."""

    def scan(self) -> dict[Path, Entry]:
        table: Path = ()
        while self._peek_after(_blank):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._key_value(table)
        return self._entries

    def _header(self) -> Path:
        """Take ``[a.b]`` or ``[[a.b]]`` and return the table that it begins."""
        header = self._at
        brackets = 2 if self._text.startswith("[[", header) else 1
        self._at += brackets
        self._peek_after(_space)
        key = self._at
        names = self._key()
        self._peek_after(_space)
        self._at += brackets
        path: Path = ()
        for position, (name, _) in enumerate(names, 1):
            path += (name,)
            self._entries.setdefault(path, Entry(key, header))
            if brackets == 2 and position == len(names):
                self._list_lengths[path] = self._list_lengths.get(path, 0) + 1
            if path in self._list_lengths:
                path += (self._list_lengths[path] - 1,)
                self._entries.setdefault(path, Entry(key, header))
        return path

    def _key_value(self, table: Path) -> None:
        names = self._key()
        self._peek_after(_space)
        self._at += len("=")
        self._peek_after(_space)
        path = table
        for name, _ in names[:-1]:
            path += (name,)
            self._entries.setdefault(path, Entry(names[0][1], names[0][1]))
        name, key = names[-1]
        path += (name,)
        self._entries[path] = Entry(key, self._at)
        self._value(path)

    def _key(self) -> list[tuple[str, int]]:
        """Take a key, which may be dotted, and return its parts with where each stands."""
        parts: list[tuple[str, int]] = []
        while True:
            start = self._at
            if (bare := _bare_key(self._text, start)) is not None:
                self._at = bare.end()
                name = bare[0]
            else:
                self._skip_string()
                name = tomllib.loads(f"key = {self._text[start : self._at]}")["key"]
            parts.append((name, start))
            if self._peek_after(_space) != ".":
                return parts
            self._at += len(".")
            self._peek_after(_space)

    def _value(self, path: Path) -> None:
        match self._text[self._at]:
            case '"' | "'":
                self._skip_string()
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case _:
                self._peek_after(_scalar)

    def _array(self, path: Path) -> None:
        self._at += len("[")
        index = 0
        while self._peek_after(_blank) != "]":
            self._entries[(*path, index)] = Entry(self._at, self._at)
            self._value((*path, index))
            index += 1
            self._skip_comma()
        self._at += len("]")

    def _inline_table(self, path: Path) -> None:
        self._at += len("{")
        while self._peek_after(_blank) != "}":
            self._key_value(path)
            self._skip_comma()
        self._at += len("}")

    def _skip_comma(self) -> None:
        if self._peek_after(_blank) == ",":
            self._at += len(",")

    def _skip_string(self) -> None:
        found = _string(self._text, self._at)
        assert found is not None
        self._at = found.end()

    def _peek_after(self, skipped: _Matcher) -> str:
        """Skip what there is of something, and return the character behind it; nothing at the end."""
        found = skipped(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return self._text[self._at : self._at + 1]
