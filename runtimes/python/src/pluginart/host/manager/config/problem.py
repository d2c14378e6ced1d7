"""What may be wrong with a configuration file, and where."""

import re
from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """A place in the configuration file. Lines and columns count from 1; columns count UTF-16 units, as editors do."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong, or worth a warning, in a configuration file.

    As text: ``pluginart.toml:12:1: plugin "echo": unknown key "pth"; did you mean "path"?``
    """

    file: str
    """As it was named by the caller."""
    place: Place | None
    """None where the file could not be read at all."""
    plugin: str | None
    """The plugin it concerns; None for the rest of the file, or a plugin without a usable name."""
    message: str
    """What is wrong and what was expected, on one line. Never holds a value that may be secret."""

    def __str__(self) -> str:
        place = "" if self.place is None else f":{self.place.line}:{self.place.column}"
        plugin = "" if self.plugin is None else f'plugin "{self.plugin}": '
        return _visible(f"{self.file}{place}: {plugin}{self.message}")


def _visible(text: str) -> str:
    """A key or path of the file may hold line ends or worse; a problem stays one harmless line."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda match: f"\\u{ord(match[0]):04x}", text)
