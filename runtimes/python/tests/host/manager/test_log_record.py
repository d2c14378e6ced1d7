import logging
from typing import Any

import pytest

from pluginart.host.manager.log_record import TRACE, PluginLog


@pytest.mark.parametrize(
    ("line", "level", "message", "fields"),
    [
        ("hello", logging.INFO, "hello", None),
        ("{not json}", logging.INFO, "{not json}", None),
        ("[1]", logging.INFO, "[1]", None),
        ('{"level":50,"time":1,"msg":"pino"}', logging.ERROR, "pino", {"time": 1}),
        ('{"level":10,"msg":"pino"}', TRACE, "pino", {}),
        (
            '{"time":"t","level":"WARN","msg":"slog","n":{"a":1}}',
            logging.WARNING,
            "slog",
            {"time": "t", "n": {"a": 1}},
        ),
        ('{"severity":"CRITICAL","message":"python"}', logging.CRITICAL, "python", {}),
        (
            '{"level":"constructor","msg":7}',
            logging.INFO,
            '{"level":"constructor","msg":7}',
            {"level": "constructor", "msg": 7},
        ),
        ('{"level":9000,"msg":"x"}', logging.INFO, "x", {"level": 9000}),
        ('{"level":true,"msg":"100 %"}', logging.INFO, "100 %", {"level": True}),
    ],
)
def test_lines_are_read_whichever_logger_wrote_them(
    line: str, level: int, message: str, fields: dict[str, Any] | None, log: list[logging.LogRecord]
) -> None:
    logging.getLogger("pluginart.plugin").setLevel(TRACE)
    PluginLog("echo").line("stderr", line, True)
    (record,) = log
    assert (record.levelno, record.getMessage(), record.__dict__["fields"], record.__dict__["line"]) == (
        level,
        message,
        fields,
        line,
    )


def test_a_piece_of_a_longer_line_is_not_read_as_json(log: list[logging.LogRecord]) -> None:
    PluginLog("echo").line("stdout", '{"level":"error"}', False)
    PluginLog("echo").line("stdout", "[" * 100_000 + "]" * 100_000, True)
    PluginLog("echo").line("stdout", '{"a":' + "[" * 100_000 + "}", True)
    assert [(record.levelname, record.__dict__["fields"]) for record in log] == [("INFO", None)] * 3
