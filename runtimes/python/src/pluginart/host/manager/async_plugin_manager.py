"""Starts plugins, keeps them running and carries the calls, on an event loop."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self, TypeVar

from ...errors import ConfigError, ErrorCode, PluginartError
from ...session.call_errors import was_never_sent
from ...session.caller import DEFAULT, Timeout
from ...session.host_session import HostSession, PeerDescription
from ...session.metadata import CallMetadata
from ...session.method import Method
from ..launch.create_launcher import create_launcher
from ..launch.fork_safety import abandon_after_fork
from ..launch.host_home import HostHome
from ..supervise.call_clock import CallClock
from ..supervise.plugin_spec import PluginSpec
from ..supervise.plugin_status import PluginStatus
from ..supervise.supervisor import Supervisor
from .event_listeners import EventListeners
from .events import PluginEvent
from .lifecycle import Lifecycle
from .log_record import PluginLog
from .plugin_reporter import PluginReporter

Request = TypeVar("Request")
Response = TypeVar("Response")
Result = TypeVar("Result")


class AsyncPluginManager:
    """The plugins of a ``pluginart.toml``, for coroutines. `async with` starts them and shuts them down.

    Belongs to the event loop on which it was started, until it is shut down. However the host ends, its plugins end
    with it. What plugins print is logged by ``pluginart.plugin.<name>``.
    """

    def __init__(self, plugins: Iterable[PluginSpec]) -> None:
        """For hosts that keep their plugins' configuration elsewhere than in a file. Raises ConfigError."""
        home = HostHome()
        self._listeners = EventListeners()
        self._supervisors: dict[str, Supervisor] = {}
        spoke_version_2: set[str] = set()
        for spec in plugins:
            if spec.name in self._supervisors:
                raise ConfigError(f'two plugins are named "{spec.name}"')
            launcher = create_launcher(spec.name, spec.launch, home)
            reporter = PluginReporter(spec, self._listeners.emit)
            self._supervisors[spec.name] = Supervisor(spec, launcher, spoke_version_2, reporter)
        self._lifecycle = Lifecycle(self._supervisors.values(), home)
        abandon_after_fork(self)

    @classmethod
    def from_config(cls, path: str | os.PathLike[str] = "pluginart.toml") -> Self:
        """Read and check a config file, relative to the working directory; start nothing yet.

        Raises ConfigError naming everything that is wrong, each with file and line.
        """
        # Loaded here, so that plugins, and hosts without a config file, do not pay for it.
        from .config import load_config

        config = load_config(os.fspath(path))
        for warning in config.warnings:
            PluginLog(warning.plugin or "pluginart").say(logging.WARNING, str(warning))
        return cls(config.plugins)

    async def start(self) -> None:
        """Start all plugins at once and return when they are ready; called twice it starts nothing twice.

        One that is `optional` may fail, and is tried again as after a crash. Where another fails, everything that
        started is stopped. Raises PluginartError, the failure; where there are several, a StartupError that lists them,
        with an ExceptionGroup as its cause. Cancelled, it shuts everything down.
        """
        await self._lifecycle.start()

    async def shutdown(self) -> None:
        """Take no new calls, let open ones finish within each plugin's `shutdown_timeout`, and stop the plugins.

        When it returns nothing is left: no process, no socket, no task. Raises nothing; may be called at any time.
        Cancelled, it kills what is left at once.
        """
        await self._lifecycle.shutdown()

    async def invoke(
        self,
        plugin: str,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """Call a method with plain values; what generated clients go through. `timeout` in seconds.

        Raises PluginartError: ConfigError where there is no such plugin; otherwise as the plugin says.
        """
        return await self._carry(
            plugin, timeout, lambda session, left: session.invoke(method, request, timeout=left, metadata=metadata)
        )

    async def call(
        self, plugin: str, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None
    ) -> bytes:
        """Send an encoded ``CallRequest`` and return the encoded ``CallResponse``. As `invoke` otherwise."""
        return await self._carry(
            plugin, timeout, lambda session, left: session.call(payload, timeout=left, metadata=metadata)
        )

    async def ping(self, plugin: str, *, timeout: Timeout = DEFAULT) -> float:
        """Return the seconds until the plugin's Pong. Raises PluginartError, DEADLINE_EXCEEDED without one in time."""

        async def ping(ready: HostSession, left: float | None) -> float:
            try:
                async with asyncio.timeout(left):
                    return await ready.ping()
            except TimeoutError:
                message = f'plugin "{plugin}" answered no ping in time'
                raise PluginartError(ErrorCode.DEADLINE_EXCEEDED, message, plugin=plugin, retry_safe=True) from None

        return await self._when_ready(plugin, timeout, ping)

    async def describe(self, plugin: str, *, timeout: Timeout = DEFAULT) -> PeerDescription:
        """Ask a plugin what it says of itself. Raises PluginartError, UNIMPLEMENTED by those of version 1."""
        return await self._when_ready(plugin, timeout, lambda ready, left: ready.describe(timeout=left))

    async def restart(self, plugin: str) -> None:
        """Stop one plugin gracefully and start it anew; also revives one that was given up.

        Raises PluginartError why it did not get ready; it is then tried again as after a crash.
        """
        supervisor = self._find(plugin)
        if not self._lifecycle.is_running:
            message = f'cannot restart plugin "{plugin}": the manager is not running'
            raise PluginartError(ErrorCode.UNAVAILABLE, message)
        await supervisor.restart()

    def status(self) -> list[PluginStatus]:
        """How the plugins are, in the order of the config file."""
        return [supervisor.status() for supervisor in self._supervisors.values()]

    def on_event(self, callback: Callable[[PluginEvent], None]) -> Callable[[], None]:
        """Call back with each event, on the loop, so it must not block; returns what ends that."""
        return self._listeners.add(callback)

    def events(self) -> AsyncIterator[PluginEvent]:
        """Yield each event from the first step on, until closed. A reader 1,000 events behind misses the oldest."""
        return self._listeners.iterate()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shutdown()

    @property
    def is_idle(self) -> bool:
        """Whether it is not started."""
        return self._lifecycle.is_idle

    def session(self, plugin: str) -> HostSession | None:
        """What calls to a plugin go through while it is ready. From any thread."""
        supervisor = self._supervisors.get(plugin)
        return None if supervisor is None else supervisor.life.session

    def call_timeout(self, plugin: str) -> float | None:
        """Seconds, for calls that name no timeout; None = none. Raises ConfigError where there is no such plugin."""
        return self._find(plugin).spec.call_timeout

    def abandon(self) -> None:
        """Know nothing of the plugins any more, in a forked child: they are the parent's."""
        self._lifecycle.abandon()

    async def _carry(
        self, plugin: str, timeout: Timeout, go: Callable[[HostSession, Timeout], Awaitable[Result]]
    ) -> Result:
        """Make a call once the plugin is ready, and again where its connection ended before a byte was written.

        Such a call did nothing wrong: it goes over the next connection, within its own time. One that was written never
        does: it may have run.
        """
        started = time.monotonic()
        session = self.session(plugin)
        if session is not None:
            try:
                return await go(session, timeout)
            except PluginartError as error:
                if not was_never_sent(error):
                    raise
        supervisor = self._find(plugin)
        clock = CallClock(timeout, supervisor.spec.call_timeout, started)
        while True:
            session = await supervisor.life.wait_for_session(
                clock.timeout if session is None else clock.left(), session
            )
            try:
                return await go(session, clock.left())
            except PluginartError as error:
                if not was_never_sent(error):
                    raise

    async def _when_ready(
        self, plugin: str, timeout: Timeout, go: Callable[[HostSession, float | None], Awaitable[Result]]
    ) -> Result:
        supervisor = self._find(plugin)
        clock = CallClock(timeout, supervisor.spec.call_timeout, time.monotonic())
        ready = await supervisor.life.wait_for_session(clock.timeout)
        return await go(ready, clock.left())

    def _find(self, plugin: str) -> Supervisor:
        supervisor = self._supervisors.get(plugin)
        if supervisor is None:
            names = ", ".join(f'"{name}"' for name in self._supervisors) or "none"
            raise ConfigError(f'no plugin is named "{plugin}"; the configuration has {names}')
        return supervisor
