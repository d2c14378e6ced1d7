"""Calls that came while their plugin was not ready."""

import asyncio
from collections.abc import Callable

from ...errors import ErrorCode, PluginartError
from ...session.host_session import HostSession

MAX_WAITING_CALLS = 1_000


class WaitingCalls:
    """Each waits until its own deadline or cancellation; none is lost."""

    def __init__(self, plugin: str, why: Callable[[], str]) -> None:
        """`why` says what is waited for, continuing a sentence: ``is starting``."""
        self._plugin = plugin
        self._why = why
        self._waiters: set[asyncio.Future[HostSession]] = set()

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._waiters)

    async def wait(self, timeout: float | None) -> HostSession:
        """Wait at most `timeout` seconds; None = as long as it takes.

        Raises PluginartError DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, or what `fail` was given.
        """
        if timeout is not None and not timeout > 0:
            raise self._late(timeout)
        if len(self._waiters) >= MAX_WAITING_CALLS:
            message = f'{MAX_WAITING_CALLS} calls wait already for plugin "{self._plugin}", which {self._why()}'
            raise self._error(ErrorCode.RESOURCE_EXHAUSTED, message)
        waiter: asyncio.Future[HostSession] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait((waiter,), timeout=timeout)
        finally:
            self._waiters.discard(waiter)
        if waiter.done():
            return waiter.result()
        raise self._late(timeout or 0)

    def release(self, session: HostSession) -> None:
        """Let them through: the plugin is ready."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(session)
        self._waiters.clear()

    def fail(self, error: PluginartError) -> None:
        """Refuse them: it will not get ready."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(error)
        self._waiters.clear()

    def _late(self, timeout: float) -> PluginartError:
        message = f'no answer within {timeout * 1_000:g} ms: plugin "{self._plugin}" {self._why()}'
        return self._error(ErrorCode.DEADLINE_EXCEEDED, message)

    def _error(self, code: ErrorCode, message: str) -> PluginartError:
        return PluginartError(code, message, plugin=self._plugin, retry_safe=True)
