import re

import pytest

from pluginart.host.manager.config.duration import (
    DURATION_PATTERN,
    MAX_DURATION_MS,
    NoDurationError,
    parse_duration,
)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0", 0),
        ("0s", 0),
        ("+5s", 5_000),
        ("150ms", 150),
        ("1m30s", 90_000),
        ("1.5h", 5_400_000),
        ("1h1m1s1ms", 3_661_001),
        (".5s", 500),
        ("5.s", 5_000),
        ("0.07s", 70),
        ("1.005s", 1_005),
        ("1us", 1),
        ("1\u00b5s", 1),
        ("1\u03bcs", 1),
        ("1ns", 1),
        ("1500us", 2),
        ("30s30s", 60_000),
        ("2147483647ms", MAX_DURATION_MS),
        ("596h", 2_145_600_000),
    ],
)
def test_a_duration_is_read_as_go_reads_it(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds / 1_000
    assert re.search(DURATION_PATTERN, text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "is not a duration"),
        ("s", "is not a duration"),
        (".s", "is not a duration"),
        ("5", "lacks a unit"),
        ("1m30", "lacks a unit"),
        ("5 s", 'unknown unit " s"'),
        ("5sec", 'unknown unit "sec"'),
        ("1d", 'unknown unit "d"'),
        ("5S", 'unknown unit "S"'),
        ("\u0665s", "is not a duration"),
        ("-1s", "must not be negative"),
        ("1e3s", 'unknown unit "e"'),
        ("1.2.3s", "lacks a unit"),
        ("Infinity", "is not a duration"),
        ("597h", "is too long"),
        ("2147483648ms", "is too long"),
        ("9223372036854775808ns", "is too long"),
        ("99999999999999999999999999999999h", "is too long"),
        ("1" * 100_000 + "s", "is not a duration"),
    ],
)
def test_what_is_no_duration_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(NoDurationError, match=wrong):
        parse_duration(text)
