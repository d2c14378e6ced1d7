"""What plugins print, as records of `logging`."""

import json
import logging
from typing import Any, Literal

from ..launch.instance import OutputStream

LOGGER_PREFIX = "pluginart.plugin."
"""The logger of a plugin is named by this and the plugin's name."""

TRACE = 5
"""The level of lines that are less than debug."""

LEVELS = {
    "trace": TRACE,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "information": logging.INFO,
    "notice": logging.INFO,
    "warn": logging.WARNING,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "err": logging.ERROR,
    "fatal": logging.CRITICAL,
    "critical": logging.CRITICAL,
    "panic": logging.CRITICAL,
}
NUMBERED_LEVELS = (TRACE, logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
"""As pino and bunyan have them, from 10 to 60."""
LEVEL_KEYS = ("level", "severity", "lvl", "levelname")
MESSAGE_KEYS = ("message", "msg", "event")

Source = Literal["stdout", "stderr", "host"]


class PluginLog:
    """The log of one plugin.

    Records carry, besides what records have: `plugin`, its name; `source`, ``stdout``, ``stderr``, or ``host`` for what
    pluginart itself says; `fields`, what else a JSON line has, None for other lines; `line` as printed; `whole`, False
    for the pieces, of at most 64 KiB, of a longer line.
    """

    def __init__(self, plugin: str) -> None:
        self._plugin = plugin
        self._logger = logging.getLogger(LOGGER_PREFIX + plugin)

    def line(self, source: OutputStream, line: str, whole: bool) -> None:
        """Log a printed line. JSON objects, as most loggers can print them, keep their level, message and fields."""
        values = _read_object(line) if whole else None
        if values is None:
            self._log(logging.INFO, line, source, None, line, whole)
            return
        level_key = next((key for key in LEVEL_KEYS if _level_of(values.get(key)) is not None), None)
        message_key = next((key for key in MESSAGE_KEYS if isinstance(values.get(key), str)), None)
        level = logging.INFO if level_key is None else _level_of(values[level_key]) or logging.INFO
        message = line if message_key is None else values[message_key]
        fields = {key: value for key, value in values.items() if key not in (level_key, message_key)}
        self._log(level, message, source, fields, line, whole)

    def say(self, level: int, message: str) -> None:
        """Log something that pluginart itself has to say about the plugin."""
        self._log(level, message, "host", None, message, True)

    def _log(
        self, level: int, message: str, source: Source, fields: dict[str, Any] | None, line: str, whole: bool
    ) -> None:
        if self._logger.isEnabledFor(level):
            extra = {"plugin": self._plugin, "source": source, "fields": fields, "line": line, "whole": whole}
            record = self._logger.makeRecord(self._logger.name, level, "(plugin)", 0, message, (), None, None, extra)
            self._logger.handle(record)


def _read_object(line: str) -> dict[str, Any] | None:
    if not (line.startswith("{") and line.endswith("}")):
        return None
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _level_of(value: object) -> int | None:
    """Names in any case; numbers from 10 to 60."""
    if isinstance(value, str):
        return LEVELS.get(value.lower())
    if isinstance(value, bool) or not isinstance(value, int | float) or not 10 <= value < 70:
        return None
    return NUMBERED_LEVELS[int(value // 10) - 1]
