"""Starts plugins, keeps them running and carries the calls, for threads."""

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

from ...errors import ErrorCode, PluginartError
from ...session.call_errors import was_never_sent
from ...session.caller import DEFAULT, Timeout
from ...session.host_session import PeerDescription
from ...session.metadata import CallMetadata
from ...session.method import Method
from ..launch.fork_safety import abandon_after_fork
from ..supervise.plugin_spec import PluginSpec
from ..supervise.plugin_status import PluginStatus
from .async_plugin_manager import AsyncPluginManager
from .events import PluginEvent
from .shared_loop import LoopEndedError, SharedLoop

Request = TypeVar("Request")
Response = TypeVar("Response")
Result = TypeVar("Result")


class PluginManager:
    """The plugins of a ``pluginart.toml``. `with` starts them and shuts them down.

    May be used from any number of threads, and where an event loop runs, as in a notebook. Has one thread of its own
    while it is started. However the host ends, its plugins end with it; a manager that is still running when the host
    exits is shut down. What plugins print is logged by ``pluginart.plugin.<name>``.
    """

    def __init__(self, plugins: Iterable[PluginSpec]) -> None:
        """For hosts that keep their plugins' configuration elsewhere than in a file. Raises ConfigError."""
        self._use(AsyncPluginManager(plugins))

    @classmethod
    def from_config(cls, path: str | os.PathLike[str] = "pluginart.toml") -> Self:
        """Read and check a config file, relative to the working directory; start nothing yet.

        Raises ConfigError naming everything that is wrong, each with file and line.
        """
        made = cls.__new__(cls)
        made._use(AsyncPluginManager.from_config(path))
        return made

    def _use(self, manager: AsyncPluginManager) -> None:
        self._manager = manager
        self._lock = threading.Lock()
        self._loop: SharedLoop | None = None
        abandon_after_fork(self)

    def start(self) -> None:
        """As `AsyncPluginManager.start`. Interrupted, as by Ctrl-C, it shuts everything down."""
        with self._lock:
            loop = self._loop
            if loop is None:
                loop = self._loop = SharedLoop("pluginart-manager")
                atexit.register(self.shutdown)
        try:
            loop.run(self._manager.start)
        except LoopEndedError:
            # Somebody has shut it down in this very moment.
            self.start()
        except BaseException:
            self.shutdown()
            raise

    def shutdown(self) -> None:
        """As `AsyncPluginManager.shutdown`; no thread is left either. Interrupted, it kills what is left at once."""
        loop = self._loop
        if loop is None:
            return
        try:
            loop.run(self._manager.shutdown)
        except LoopEndedError:
            return
        except BaseException:
            # The first one was cancelled by that, and now comes to its end soon.
            loop.run(self._manager.shutdown)
            self._end(loop)
            raise
        self._end(loop)

    def invoke(
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
        session = self._manager.session(plugin)
        left = timeout
        if session is not None:
            started = time.monotonic()
            try:
                return session.invoke_blocking(method, request, timeout=timeout, metadata=metadata)
            except PluginartError as error:
                if not was_never_sent(error):
                    raise
            # The plugin left its connection in this very moment: the call goes to the next one, within its time.
            left = self._left(plugin, timeout, started)
        return self._run(lambda: self._manager.invoke(plugin, method, request, timeout=left, metadata=metadata))

    def call(
        self, plugin: str, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None
    ) -> bytes:
        """Send an encoded ``CallRequest`` and return the encoded ``CallResponse``. As `invoke` otherwise."""
        session = self._manager.session(plugin)
        left = timeout
        if session is not None:
            started = time.monotonic()
            try:
                return session.call_blocking(payload, timeout=timeout, metadata=metadata)
            except PluginartError as error:
                if not was_never_sent(error):
                    raise
            # The plugin left its connection in this very moment: the call goes to the next one, within its time.
            left = self._left(plugin, timeout, started)
        return self._run(lambda: self._manager.call(plugin, payload, timeout=left, metadata=metadata))

    def ping(self, plugin: str, *, timeout: Timeout = DEFAULT) -> float:
        """Return the seconds until the plugin's Pong. Raises PluginartError, DEADLINE_EXCEEDED without one in time."""
        return self._run(lambda: self._manager.ping(plugin, timeout=timeout))

    def describe(self, plugin: str, *, timeout: Timeout = DEFAULT) -> PeerDescription:
        """Ask a plugin what it says of itself. Raises PluginartError, UNIMPLEMENTED by those of version 1."""
        return self._run(lambda: self._manager.describe(plugin, timeout=timeout))

    def restart(self, plugin: str) -> None:
        """Stop one plugin gracefully and start it anew; also revives one that was given up.

        Raises PluginartError why it did not get ready; it is then tried again as after a crash.
        """
        self._run(lambda: self._manager.restart(plugin))

    def status(self) -> list[PluginStatus]:
        """How the plugins are, in the order of the config file."""
        return self._manager.status()

    def on_event(self, callback: Callable[[PluginEvent], None]) -> Callable[[], None]:
        """Call back with each event; returns what ends that.

        That is done in the manager's thread: it must not block, and not call this manager.
        """
        return self._manager.on_event(callback)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()

    def abandon(self) -> None:
        """Know nothing of the loop any more, in a forked child: its thread is the parent's."""
        self._loop = None

    def _run(self, make: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(LoopEndedError):
                return loop.run(make)
        # Nothing runs, so there is nothing to wait for: it says so in its first step.
        coroutine = make()
        try:
            coroutine.send(None)
        finally:
            coroutine.close()
        raise PluginartError(ErrorCode.UNAVAILABLE, "the plugin manager is shutting down")

    def _end(self, loop: SharedLoop) -> None:
        if loop.end_if(lambda: self._manager.is_idle):
            with self._lock:
                if self._loop is loop:
                    self._loop = None
                    atexit.unregister(self.shutdown)

    def _left(self, plugin: str, timeout: Timeout, started: float) -> Timeout:
        if timeout is DEFAULT:
            timeout = self._manager.call_timeout(plugin)
        return None if timeout is None else max(timeout - (time.monotonic() - started), 0.001)
