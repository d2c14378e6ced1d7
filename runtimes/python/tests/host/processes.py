import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

POLL = 0.02
PATIENCE = 30.0


async def until(what: str, condition: Callable[[], bool]) -> None:
    """Waits for something that has to happen, with patience for a busy machine."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, f"did not happen within {PATIENCE} s: {what}"
        await asyncio.sleep(POLL)


def wait_until(what: str, condition: Callable[[], bool]) -> None:
    """As `until`, for tests without a loop."""
    asyncio.run(until(what, condition))


def is_running(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("latin1")
    except OSError:
        # No /proc (macOS), or gone a moment ago.
        return sys.platform != "linux"
    return stat[stat.rindex(")") + 2] != "Z"


def open_descriptors() -> int:
    """How many descriptors this process has open."""
    return len(os.listdir("/dev/fd"))
