"""`python -m codec [--rounds N] [--slice-ms N] [--json FILE]`, in bench/python: flatc has to be there."""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[2] / "codec" / "messages.fbs"
AT_LEAST = 2.0


def nanoseconds_of(once: Callable[[], object], slice_ms: float) -> float:
    """Repeat until the slice of processor time is used, and return how much of it one took."""
    batch, count = 1, 0
    started = time.process_time_ns()
    while True:
        for _ in range(batch):
            once()
        count += batch
        elapsed = time.process_time_ns() - started
        if elapsed >= slice_ms * 1e6:
            return elapsed / count
        if elapsed < slice_ms * 1e5:
            batch *= 2


def measure(rounds: int, slice_ms: float) -> list[dict[str, float | str | bool]]:
    """Measure both sides in turns, so that both see the same machine. Medians of processor time."""
    from .messages import duels

    all_duels = duels()
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in all_duels]
    for counts in [False] + [True] * rounds:
        for duel, (ours, official) in zip(all_duels, times, strict=True):
            for each, into in ((duel.ours, ours), (duel.official, official)):
                taken = nanoseconds_of(each, slice_ms)
                if counts:
                    into.append(taken)
    results: list[dict[str, float | str | bool]] = []
    for duel, (ours, official) in zip(all_duels, times, strict=True):
        ours_ns, official_ns = statistics.median(ours), statistics.median(official)
        ratio = official_ns / ours_ns
        results.append(
            {
                "what": duel.what,
                "bytes": duel.bytes,
                "oursNs": ours_ns,
                "officialNs": official_ns,
                "ratio": ratio,
                "met": ratio >= AT_LEAST,
            }
        )
    return results


def main() -> int:
    """Generate the official code, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m codec", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds of both sides, of which the median counts")
    parser.add_argument("--slice-ms", type=float, default=100, help="processor time of one side in one round")
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    given = parser.parse_args()
    if shutil.which("flatc") is None:
        print("*** SKIPPED: flatc is not on PATH, so the codecs of Python are compared with nothing", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["flatc", "--python", "--gen-object-api", "-o", folder, SCHEMA], check=True)
        sys.path.insert(0, folder)
        results = measure(given.rounds, given.slice_ms)
    print("Python codecs beside the official builder and object API, medians of processor time\n")
    print(f"{'':18} {'bytes':>8} {'pluginart ns':>13} {'official ns':>13} {'times as fast':>14}")
    for row in results:
        figures = f"{row['bytes']:>8} {row['oursNs']:>13.0f} {row['officialNs']:>13.0f} {row['ratio']:>14.2f}"
        print(f"{row['what']:18} {figures}  {'met' if row['met'] else 'MISSED'} (at least {AT_LEAST:g})")
    if given.json is not None:
        given.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
