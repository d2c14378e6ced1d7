"""What calls go through while a plugin is ready."""

import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from ...errors import ErrorCode, PluginartError
from ...session.caller import DEFAULT, Timeout
from ...session.host_session import HostSession, PeerDescription
from ...session.metadata import CallMetadata
from ...session.method import Method

Request = TypeVar("Request")
Response = TypeVar("Response")
Result = TypeVar("Result")


class ReadyCalls(Protocol):
    """The session, or that of version 1 with patience added. See `HostSession`."""

    async def call(self, payload: bytes, *, timeout: Timeout = ..., metadata: CallMetadata | None = ...) -> bytes:
        """As `HostSession.call`."""
        ...

    async def invoke(
        self,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = ...,
        metadata: CallMetadata | None = ...,
    ) -> Response:
        """As `HostSession.invoke`."""
        ...

    def call_blocking(self, payload: bytes, *, timeout: Timeout = ..., metadata: CallMetadata | None = ...) -> bytes:
        """As `HostSession.call_blocking`."""
        ...

    def invoke_blocking(
        self,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = ...,
        metadata: CallMetadata | None = ...,
    ) -> Response:
        """As `HostSession.invoke_blocking`."""
        ...

    async def ping(self) -> float:
        """As `HostSession.ping`."""
        ...

    async def describe(self, *, timeout: Timeout = ...) -> PeerDescription:
        """As `HostSession.describe`."""
        ...


class Version1Calls:
    """Calls of version 1, of which none is lost that did nothing wrong.

    In version 1 a call that was given up on can cost the connection, with calls still waiting behind it that were
    never sent. They go to the connection that is dialled next, within their own time. Calls that a dead process leaves
    behind are not sent again.
    """

    def __init__(
        self,
        session: HostSession,
        call_timeout: float | None,
        wait_for_next: Callable[[float | None], Awaitable[ReadyCalls]],
    ) -> None:
        """`wait_for_next` waits for the next connection, so many seconds."""
        self._session = session
        self._call_timeout = call_timeout
        self._wait_for_next = wait_for_next
        # Who blocks goes on by itself where a call was not sent: see `PluginManager`.
        self.call_blocking = session.call_blocking
        self.invoke_blocking = session.invoke_blocking
        self.ping = session.ping
        self.describe = session.describe

    async def call(self, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None) -> bytes:
        """As `HostSession.call`."""
        return await self._persist(lambda calls, left: calls.call(payload, timeout=left, metadata=metadata), timeout)

    async def invoke(
        self,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """As `HostSession.invoke`."""
        return await self._persist(
            lambda calls, left: calls.invoke(method, request, timeout=left, metadata=metadata), timeout
        )

    async def _persist(self, go: Callable[[ReadyCalls, Timeout], Awaitable[Result]], timeout: Timeout) -> Result:
        clock = CallClock(timeout, self._call_timeout)
        try:
            return await go(self._session, timeout)
        except PluginartError as error:
            if not was_never_sent(error):
                raise
        calls = await self._wait_for_next(clock.left())
        return await go(calls, clock.left())


class CallClock:
    """What is left of a call's time."""

    def __init__(self, timeout: Timeout, call_timeout: float | None) -> None:
        self.timeout = call_timeout if timeout is DEFAULT else timeout
        self._started = time.monotonic()

    def left(self) -> float | None:
        """Return the seconds left, at least a moment; None = no end."""
        if self.timeout is None:
            return None
        return max(self.timeout - (time.monotonic() - self._started), 0.001)


def was_never_sent(error: PluginartError) -> bool:
    """Return whether a call failed before a byte of it was written, and not by the death of a process."""
    return error.code == ErrorCode.UNAVAILABLE and error.retry_safe and error.origin != "process"
