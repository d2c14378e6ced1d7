import asyncio
import logging
import resource
from collections.abc import Callable

import pytest

from pluginart.host import AsyncPluginManager

from .processes import until
from .typescript_plugins import plugin_spec

ManagerOf = Callable[..., AsyncPluginManager]
BYTES = 100 * 1024 * 1024
MAX_PIECE_BYTES = 65_536
MAX_GROWTH_BYTES = 64 * 1024 * 1024
"""Far less than what was printed, far more than what the host needs."""


class Counter(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.longest = 0
        self.any_whole = False

    def emit(self, record: logging.LogRecord) -> None:
        length = len(record.getMessage())
        self.seen += length
        self.longest = max(self.longest, length)
        self.any_whole = self.any_whole or record.__dict__["whole"]


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_100_mb_without_a_newline(stream: str, when: str, manager_of: ManagerOf) -> None:
    counter = Counter()
    logger = logging.getLogger("pluginart.plugin.echo")
    logger.addHandler(counter)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        before = peak_bytes()
        env = {"FLOOD": f"{stream}:{BYTES}"} if when == "before" else {}
        manager = manager_of(plugin_spec("echo", "plugin.mjs", env=env))
        await manager.start()
        if when == "after":
            flood = asyncio.create_task(manager.call("echo", f"flood {stream} {BYTES}".encode()))
            # The plugin keeps answering meanwhile.
            assert await manager.call("echo", b"hello") == b"hello"
            await flood
        await until("all of it arrived", lambda: counter.seen > BYTES - MAX_PIECE_BYTES)
        await manager.shutdown()
    finally:
        logger.removeHandler(counter)
        logger.setLevel(logging.NOTSET)
        logger.propagate = True
    assert counter.seen == BYTES
    assert counter.longest <= MAX_PIECE_BYTES
    assert not counter.any_whole
    assert peak_bytes() - before < MAX_GROWTH_BYTES
