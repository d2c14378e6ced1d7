"""A connection to one plugin, for coroutines."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

from ..errors import ErrorCode, TransportError
from ..session import DEFAULT, CallMetadata, HostSession, Link, Method, PeerDescription, Timeout

Request = TypeVar("Request")
Response = TypeVar("Response")


class AsyncClient:
    """As `AsyncCaller`. All on one event loop; ``async with`` closes it."""

    def __init__(
        self, session: HostSession, link: Link, on_closed: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """`on_closed` ends what else belongs to the connection."""
        self._session = session
        self._link = link
        self._on_closed = on_closed

    @property
    def protocol(self) -> int:
        """The protocol version that was agreed on, 1 or 2."""
        return self._session.protocol

    @property
    def contract_hash(self) -> str:
        """What the plugin was proved to be built from."""
        return self._session.contract_hash

    @property
    def open_calls(self) -> int:
        """Calls the plugin still owes an answer to, those given up on included."""
        return self._session.open_calls

    async def call(self, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None) -> bytes:
        """Send one encoded ``CallRequest`` and return the encoded ``CallResponse``. Raises PluginartError."""
        return await self._session.call(payload, timeout=timeout, metadata=metadata)

    async def invoke(
        self,
        plugin: str,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """For generated clients. The plugin's name is ignored: there is only one. Raises PluginartError."""
        return await self._session.invoke(method, request, timeout=timeout, metadata=metadata)

    async def ping(self) -> float:
        """Seconds until the plugin's Pong. Raises when the connection ends; has no timeout of its own."""
        return await self._session.ping()

    async def describe(self, *, timeout: Timeout = DEFAULT) -> PeerDescription:
        """What the plugin says of itself. Version 2 only."""
        return await self._session.describe(timeout=timeout)

    async def close(self) -> None:
        """Take no new calls, wait for those that are open, then close."""
        try:
            await self._session.drain()
        finally:
            self.destroy()
            await self._link.wait_closed()
            if self._on_closed is not None:
                await self._on_closed()

    def destroy(self) -> None:
        """Close at once; open calls raise UNAVAILABLE."""
        self._session.close(TransportError(ErrorCode.UNAVAILABLE, "the client was closed"))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.destroy()
        await self.close()
