"""What can be served."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from ..session import CallContext, Service

RawHandler = Callable[[bytes, CallContext], bytes | bytearray]
"""Answers one encoded ``CallRequest`` with one encoded ``CallResponse``, in a thread of the pool."""

AsyncRawHandler = Callable[[bytes, CallContext], Awaitable[bytes | bytearray]]
"""The same as a coroutine function, on the event loop."""


class ServedBy(Protocol):
    """What generated services are: they know their methods."""

    def __pluginart_service__(self) -> Service:
        """The service, with the implementation's methods bound."""
        ...
