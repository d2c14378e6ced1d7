"""`python -m suite [--duration 10s] [--json FILE]`, in bench/python: 64 tasks at once, 10, 1,000 and 10,000 bytes."""

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path

import pluginart

from report.duration import duration
from report.table import table
from side_by_side.contract import CONTRACT_HASH
from side_by_side.server_process import FOLDER, server_process

SIZES = (10, 1_000, 10_000)
CALLERS = 64
MOST_RETAINED_BYTES = 16 * 1_048_576
HEAP_CALLS = 20_000
"""Calls made while the heap is watched, which makes them slow."""

Call = Callable[[bytes], Awaitable[bytes]]


async def repeat(call: Call, payload: bytes, seconds: float) -> tuple[int, float]:
    """Call from all callers for so long; return the calls and the time they took."""
    started = time.perf_counter()

    async def one() -> int:
        count = 0
        while time.perf_counter() < started + seconds:
            await call(payload)
            count += 1
        return count

    counts = await asyncio.gather(*(one() for _ in range(CALLERS)))
    return sum(counts), time.perf_counter() - started


async def heap(call: Call, payload: bytes) -> tuple[float, float]:
    """Return the peak beyond the start while calls are made, and what is retained after them, in bytes."""

    async def some() -> None:
        for _ in range(HEAP_CALLS // CALLERS):
            await call(payload)

    await some()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        await asyncio.gather(*(some() for _ in range(CALLERS)))
        peak = tracemalloc.get_traced_memory()[1] - before
        gc.collect()
        return peak, tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


def processor_seconds(pid: int) -> float:
    """Return what a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Return the resident set of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def manager_rows(seconds: float) -> list[dict[str, float | str]]:
    """Calls through a manager, which started the plugin."""
    spec = pluginart.PluginSpec(
        name="echo",
        launch=pluginart.BinaryLaunch(
            path=sys.executable, args=("-m", "side_by_side.servers.pluginart_raw"), cwd=str(FOLDER)
        ),
        contract_hash=CONTRACT_HASH,
    )
    async with pluginart.AsyncPluginManager([spec]) as manager:
        return [await row("plugin manager", lambda p: manager.call("echo", p), n, seconds) for n in SIZES]


async def client_rows(seconds: float) -> list[dict[str, float | str]]:
    """Calls through one connection, and what they cost the plugin."""
    rows, server_rows = [], []
    with tempfile.TemporaryDirectory() as folder, server_process("pluginart_raw", f"{folder}/s") as server:
        client = await pluginart.connect_async(f"{folder}/s", contract_hash=CONTRACT_HASH)
        for size in SIZES:
            used, resident = processor_seconds(server.pid), resident_bytes(server.pid)
            calls, _ = await repeat(client.call, bytes(size), seconds)
            server_rows.append(
                {
                    "role": "plugin server",
                    "bytes": size,
                    "nsPerCall": (processor_seconds(server.pid) - used) / calls * 1e9,
                    "mbPerSecond": 0.0,
                    "peakBytes": 0.0,
                    "retainedBytes": float(resident_bytes(server.pid) - resident),
                    "calls": calls,
                }
            )
            rows.append(await row("protocol client", client.call, size, seconds))
        await client.close()
    return [*rows, *server_rows]


async def row(role: str, call: Call, size: int, seconds: float) -> dict[str, float | str]:
    """Measure one row: the time first, the heap afterwards."""
    payload = bytes(size)
    await repeat(call, payload, seconds / 4)
    calls, took = await repeat(call, payload, seconds)
    peak, retained = await heap(call, payload)
    return {
        "role": role,
        "bytes": size,
        "nsPerCall": took / calls * 1e9,
        "mbPerSecond": calls * size / took / 1e6,
        "peakBytes": peak,
        "retainedBytes": retained,
        "calls": calls,
    }


def main() -> int:
    """Measure and print. Fails where something retains more than it may."""
    parser = argparse.ArgumentParser(prog="python -m suite", description=__doc__)
    parser.add_argument("--duration", type=duration, default=2.0, help="how long each row runs")
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    given = parser.parse_args()
    rows = [*asyncio.run(manager_rows(given.duration)), *asyncio.run(client_rows(given.duration))]
    print(f"Python: raw calls, {CALLERS} tasks; heap of {HEAP_CALLS:,} calls, for the plugin its resident set\n")
    titles = ["", "bytes", "ns/op", "MB/s", "peak heap/op", "retained", "retained/op"]
    print(table(titles, [cells(each) for each in rows]))
    if given.json is not None:
        given.json.write_text(json.dumps(rows))
    excess = [each for each in rows if float(each["retainedBytes"]) > MOST_RETAINED_BYTES]
    for each in excess:
        print(
            f"FAILED: {each['role']} with {each['bytes']} bytes retains {each['retainedBytes']} bytes", file=sys.stderr
        )
    return 1 if excess else 0


def cells(row: dict[str, float | str]) -> list[str]:
    """Write one row."""
    is_server = row["role"] == "plugin server"
    calls = float(row["calls"]) if is_server else HEAP_CALLS
    return [
        str(row["role"]),
        f"{row['bytes']:,}",
        f"{row['nsPerCall']:,.0f}",
        "" if is_server else f"{row['mbPerSecond']:.3g}",
        "" if is_server else f"{float(row['peakBytes']) / calls:,.0f} B",
        f"{float(row['retainedBytes']) / 1024:,.1f} KiB",
        f"{float(row['retainedBytes']) / calls:.2f} B",
    ]


if __name__ == "__main__":
    sys.exit(main())
