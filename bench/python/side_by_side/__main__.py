"""`python -m side_by_side [--rounds N] [--slice 250ms] [--json FILE]`, in bench/python."""

import argparse
import json
import statistics
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from report.duration import duration
from report.table import seconds, table

from .contestants import CONTESTANTS
from .expectations import expectations
from .server_process import server_process

SCENARIOS = {"1 caller, 100 B": (1, 100), "64 callers, 100 B": (64, 100), "1 caller, 1 MB": (1, 1_000_000)}


def measure(rounds: int, slice_seconds: float) -> dict[str, dict[str, float]]:
    """Give each contestant a slice in each scenario, round after round, and return the medians of calls per second."""
    rates: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in SCENARIOS}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        sockets = {}
        for module in sorted({contestant.server for contestant in CONTESTANTS}):
            sockets[module] = f"{folder}/{module}"
            servers.enter_context(server_process(module, sockets[module]))
        for turn in range(-1, rounds):
            for scenario, (callers, size) in SCENARIOS.items():
                # Nobody always comes first.
                start = max(turn, 0) % len(CONTESTANTS)
                for contestant in CONTESTANTS[start:] + CONTESTANTS[:start]:
                    if callers > contestant.most_callers:
                        continue
                    rate = contestant.run(sockets[contestant.server], callers, size, slice_seconds)
                    if turn >= 0:
                        rates[scenario][contestant.name].append(rate)
    return {
        scenario: {name: statistics.median(values) for name, values in by_name.items()}
        for scenario, by_name in rates.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m side_by_side", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds, of which the medians count")
    parser.add_argument("--slice", type=duration, default=0.25, help="the time of one contestant in one round")
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    given = parser.parse_args()
    rates = measure(given.rounds, given.slice)
    rows = []
    for contestant in CONTESTANTS:
        cells = [contestant.name]
        for scenario, (callers, _) in SCENARIOS.items():
            rate = rates[scenario].get(contestant.name)
            cells.append("" if rate is None else seconds(1 / rate) if callers == 1 else f"{rate:,.0f}/s")
        rows.append(cells)
    print(f"Python side by side: medians of {given.rounds} interleaved rounds; a round trip, or calls per second\n")
    print(table(["", *SCENARIOS], rows))
    judged = expectations(rates)
    print(
        "\n"
        + table(
            ["Expected of this run", "expected", "measured", ""],
            [[each.what, each.expected, f"{each.measured:.2f}", "met" if each.met else "MISSED"] for each in judged],
        )
    )
    if given.json is not None:
        given.json.write_text(json.dumps({"rates": rates, "expectations": [each.as_dict() for each in judged]}))


if __name__ == "__main__":
    main()
