"""A connection to one plugin, for threads."""

from types import TracebackType
from typing import Self, TypeVar

from ..session import DEFAULT, CallMetadata, HostSession, Method, PeerDescription, Timeout
from ..transport import LoopThread
from .async_client import AsyncClient

Request = TypeVar("Request")
Response = TypeVar("Response")


class Client:
    """As `Caller`. May be used from any number of threads; ``with`` closes it."""

    def __init__(self, client: AsyncClient, session: HostSession, thread: LoopThread) -> None:
        """Takes over the thread, on whose loop the rest is."""
        self._client = client
        self._session = session
        self._thread = thread
        self._closed = False

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

    def call(self, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None) -> bytes:
        """Send one encoded ``CallRequest`` and return the encoded ``CallResponse``. Raises PluginartError."""
        return self._session.call_blocking(payload, timeout=timeout, metadata=metadata)

    def invoke(
        self,
        plugin: str,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """For generated clients. The plugin's name is ignored: there is only one. Raises PluginartError."""
        return self._session.invoke_blocking(method, request, timeout=timeout, metadata=metadata)

    def ping(self) -> float:
        """Seconds until the plugin's Pong. Raises when the connection ends; has no timeout of its own."""
        return self._thread.run(self._client.ping())

    def describe(self, *, timeout: Timeout = DEFAULT) -> PeerDescription:
        """What the plugin says of itself. Version 2 only."""
        return self._thread.run(self._client.describe(timeout=timeout))

    def close(self) -> None:
        """Take no new calls, wait for those that are open, then close. No thread is left. Again: does nothing."""
        if self._closed:
            return
        try:
            self._thread.run(self._client.close())
            self._closed = True
        finally:
            if self._closed:
                self._thread.stop()

    def destroy(self) -> None:
        """Close at once; open calls raise UNAVAILABLE."""
        self._client.destroy()
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.destroy()
