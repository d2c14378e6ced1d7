"""Starts and stops all plugins of a manager together: idle -> starting -> running -> stopping -> idle."""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import ErrorCode, PluginartError
from ..launch.host_home import HostHome
from ..supervise.supervisor import Supervisor
from .several_failures import several_failures


@dataclass(frozen=True, slots=True)
class _Idle:
    """Nothing runs."""


@dataclass(frozen=True, slots=True)
class _Starting:
    """Plugins are started for the first time."""

    done: "asyncio.Task[None]"


@dataclass(frozen=True, slots=True)
class _Running:
    """Plugins are supervised."""


@dataclass(frozen=True, slots=True)
class _Stopping:
    """Plugins are stopped."""

    done: "asyncio.Task[None]"


_Phase = _Idle | _Starting | _Running | _Stopping


class Lifecycle:
    """Of the plugins of one manager, and of what they share."""

    def __init__(self, supervisors: Iterable[Supervisor], home: HostHome) -> None:
        """Closes `home` when all have stopped."""
        self._supervisors = list(supervisors)
        self._home = home
        self._phase: _Phase = _Idle()

    @property
    def is_idle(self) -> bool:
        """Nothing was started, or all has stopped."""
        return isinstance(self._phase, _Idle)

    @property
    def is_running(self) -> bool:
        """All was started."""
        return isinstance(self._phase, _Running)

    async def start(self) -> None:
        """As `AsyncPluginManager.start`."""
        match self._phase:
            case _Running():
                return
            case _Stopping():
                raise PluginartError(ErrorCode.UNAVAILABLE, "the plugin manager is shutting down")
            case _Starting(done=done):
                pass
            case _Idle():
                done = asyncio.create_task(self._start_all())
                self._phase = _Starting(done)
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            await self.shutdown()
            raise

    async def shutdown(self) -> None:
        """As `AsyncPluginManager.shutdown`."""
        match self._phase:
            case _Idle():
                return
            case _Stopping(done=done):
                pass
            case _Starting(done=start):
                done = self._stop(start)
            case _Running():
                done = self._stop(None)
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            for supervisor in self._supervisors:
                supervisor.kill()
            await asyncio.wait((done,))
            raise

    def abandon(self) -> None:
        """Know nothing of the plugins any more, in a forked child: they are the parent's."""
        self._phase = _Idle()
        self._home = HostHome()
        for supervisor in self._supervisors:
            supervisor.abandon(
                "belongs to the process that started it, and this one was forked from it: "
                "make a manager here, or use multiprocessing's spawn"
            )

    async def _start_all(self) -> None:
        supervisors = self._supervisors
        results = await asyncio.gather(
            *(supervisor.start("retry" if supervisor.spec.optional else "fail") for supervisor in supervisors),
            return_exceptions=True,
        )
        if isinstance(self._phase, _Stopping):
            raise PluginartError(ErrorCode.UNAVAILABLE, "the plugin manager was shut down while it started")
        failures = [
            result
            for supervisor, result in zip(supervisors, results, strict=True)
            if isinstance(result, Exception) and not supervisor.spec.optional
        ]
        if failures:
            await self._stop(None)
            raise failures[0] if len(failures) == 1 else several_failures(failures, len(supervisors))
        self._phase = _Running()

    def _stop(self, start: "asyncio.Task[None] | None") -> "asyncio.Task[None]":
        """`start`, where one is still under way, has to have come to its end as well."""
        done = asyncio.create_task(self._stop_all(start))
        self._phase = _Stopping(done)
        return done

    async def _stop_all(self, start: "asyncio.Task[None] | None") -> None:
        await asyncio.gather(*(supervisor.stop() for supervisor in self._supervisors))
        if start is not None:
            with contextlib.suppress(PluginartError):
                await start
        await self._home.close()
        self._phase = _Idle()
