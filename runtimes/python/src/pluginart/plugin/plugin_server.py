"""The hosts that are connected to a plugin."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..errors import ErrorCode, PluginartError, TransportError
from ..session import CallHandler, Link, PluginSession, PluginSessionOptions, accept_plugin_session
from ..wire.limits import (
    DEFAULT_MAX_CONCURRENT_CALLS,
    DEFAULT_MAX_MESSAGE_BYTES,
    HANDSHAKE_TIMEOUT,
    MAX_UNFINISHED_HANDSHAKES,
)

# How long a host may take to close after this side said GOAWAY; calls that crossed it are still refused meanwhile.
_PARTING_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginServerOptions:
    """How to meet hosts."""

    token: str | None = None
    """The secret that hosts must prove to know, hex; None = none."""
    max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES
    """The largest message that hosts may send, at least 1,024. Version 1 hosts: 4 MiB whatever is said here."""
    max_concurrent_calls: int = DEFAULT_MAX_CONCURRENT_CALLS
    """Calls a host may have open at once on a connection."""
    handshake_timeout: float = HANDSHAKE_TIMEOUT
    """Seconds."""
    on_connection_error: Callable[[PluginartError], None] | None = None
    """Told of every connection that was refused or broke the protocol."""


class _Connected:
    def __init__(self) -> None:
        self.session: PluginSession | None = None
        self.ended = asyncio.Event()


class PluginServer:
    """Knows no sockets: links are given to it. All on one loop."""

    def __init__(self, handler: CallHandler, options: PluginServerOptions) -> None:
        self._handler = handler
        self._options = options
        self._connected: set[_Connected] = set()
        self._seen_nonces: set[bytes] = set()
        self._unfinished_handshakes = 0
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._links: set[Link] = set()

    def accept(self, link: Link) -> None:
        """Meet a host."""
        if self._stopping or self._unfinished_handshakes >= MAX_UNFINISHED_HANDSHAKES:
            link.destroy()
            return
        self._unfinished_handshakes += 1
        self._links.add(link)
        self._begin(self._meet(link))

    async def drain(self) -> None:
        """Refuse new calls, answer those that are open, then end every connection."""
        self._stopping = True
        await asyncio.gather(*[self._retire(connected) for connected in self._connected])

    async def destroy(self) -> None:
        """End every connection at once; handlers are told."""
        self._stopping = True
        for connected in list(self._connected):
            if connected.session is not None:
                connected.session.close(_stopped())
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*[link.wait_closed() for link in self._links])

    def _begin(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _meet(self, link: Link) -> None:
        connected = _Connected()
        options = self._options

        def on_lost(loss: PluginartError) -> None:
            connected.ended.set()
            self._connected.discard(connected)
            if loss.code == ErrorCode.PROTOCOL_VIOLATION and options.on_connection_error is not None:
                options.on_connection_error(loss)

        try:
            session = await accept_plugin_session(
                link,
                self._handler,
                PluginSessionOptions(
                    token=options.token,
                    max_message_bytes=options.max_message_bytes,
                    max_concurrent_calls=options.max_concurrent_calls,
                    handshake_timeout=options.handshake_timeout,
                    seen_nonces=self._seen_nonces,
                    on_lost=on_lost,
                ),
            )
        except PluginartError as error:
            if options.on_connection_error is not None:
                options.on_connection_error(error)
            session = None
        finally:
            self._unfinished_handshakes -= 1
        if session is not None and not connected.ended.is_set():
            connected.session = session
            self._connected.add(connected)
            if self._stopping:
                await self._retire(connected)
        await link.wait_closed()
        self._links.discard(link)

    async def _retire(self, connected: _Connected) -> None:
        session = connected.session
        if session is None:
            return
        await session.drain()
        # A version 2 host closes when its calls are over; closing first would cut off a call that crossed the GOAWAY.
        if session.protocol == 2:
            with suppress(TimeoutError):
                await asyncio.wait_for(connected.ended.wait(), _PARTING_SECONDS)
        session.close(_stopped())


def _stopped() -> TransportError:
    return TransportError(ErrorCode.UNAVAILABLE, "the plugin has stopped")
