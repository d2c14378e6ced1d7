import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from pluginart.host import AsyncPluginManager, PluginSpec, PluginStatus

from .typescript_plugins import plugin_spec


class Started:
    """A manager of one plugin, `echo`, that has been started."""

    def __init__(self, manager: AsyncPluginManager) -> None:
        self.manager = manager

    @property
    def status(self) -> PluginStatus:
        return self.manager.status()[0]

    @property
    def pid(self) -> int:
        pid = self.status.pid
        assert pid is not None
        return pid

    def send(self, command: str, timeout: float | None = 30) -> "asyncio.Task[str]":
        async def send() -> str:
            return (await self.manager.call("echo", command.encode(), timeout=timeout)).decode()

        return asyncio.create_task(send())


@pytest.fixture
async def manager_of() -> AsyncIterator[Callable[..., AsyncPluginManager]]:
    """Makes managers that are shut down after the test, however that ends; nothing may be left then."""
    managers: list[AsyncPluginManager] = []

    def make(*specs: PluginSpec) -> AsyncPluginManager:
        managers.append(AsyncPluginManager(specs))
        return managers[-1]

    yield make
    for manager in managers:
        await manager.shutdown()
    await asyncio.sleep(0)
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert left == []


@pytest.fixture
def started(manager_of: Callable[..., AsyncPluginManager]) -> Callable[..., Any]:
    async def start(executable: str, **overrides: Any) -> Started:
        manager = manager_of(plugin_spec("echo", executable, **overrides))
        await manager.start()
        return Started(manager)

    return start


class _Keeper(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@pytest.fixture
def log() -> Iterator[list[logging.LogRecord]]:
    """What plugins print, and what is said about them."""
    records: list[logging.LogRecord] = []
    handler = _Keeper(records)
    logger = logging.getLogger("pluginart.plugin")
    before = (logger.level, logger.propagate)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    yield records
    logger.removeHandler(handler)
    logger.level, logger.propagate = before


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """No thread outlives a test, and what was not closed is found in the test that made it."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    assert {thread.name for thread in threading.enumerate() if thread not in before} == set()
