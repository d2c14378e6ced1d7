"""The ratios that pluginart is meant to hold."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expectation:
    """One ratio, as measured."""

    what: str
    expected: str
    measured: float
    met: bool

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"what": self.what, "expected": self.expected, "measured": self.measured, "met": self.met}


def expectations(rates: Mapping[str, Mapping[str, float]]) -> list[Expectation]:
    """Judge one run."""
    one, many = rates["1 caller, 100 B"], rates["64 callers, 100 B"]
    raw = one["raw socket"] / one["pluginart raw"]
    threads = many["pluginart raw"] / many["grpcio"]
    tasks = many["pluginart raw, asyncio"] / many["grpcio, asyncio"]
    return [
        Expectation("one caller: round trip of a raw call / of a raw socket", "<= 1.5", raw, raw <= 1.5),
        Expectation("64 threads: rate of raw calls / of grpcio", ">= 5", threads, threads >= 5),
        Expectation("64 tasks: rate of raw calls / of grpcio with asyncio", ">= 5", tasks, tasks >= 5),
    ]
