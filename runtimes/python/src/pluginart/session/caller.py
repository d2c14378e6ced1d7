"""What generated clients call through."""

from enum import Enum
from typing import Final, Literal, Protocol, TypeVar

from .metadata import CallMetadata
from .method import Method

Request = TypeVar("Request")
Response = TypeVar("Response")


class _Default(Enum):
    CALL_TIMEOUT = "the plugin's call_timeout"


DEFAULT: Final = _Default.CALL_TIMEOUT
"""As a timeout: the plugin's ``call_timeout`` (30 s), or the connection's."""

Timeout = float | None | Literal[_Default.CALL_TIMEOUT]
"""Seconds until a call fails with DEADLINE_EXCEEDED; None = never; 0 or less = at once; `DEFAULT`."""


class Caller(Protocol):
    """Carries calls and blocks: a `PluginManager`, a `Client`, an in-memory pair."""

    def invoke(
        self,
        plugin: str,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """Call a method with plain values. Who has one peer only ignores the plugin's name. Raises PluginartError."""
        ...


class AsyncCaller(Protocol):
    """Carries calls on an event loop: an `AsyncPluginManager`, an `AsyncClient`, an asynchronous in-memory pair."""

    async def invoke(
        self,
        plugin: str,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """As `Caller.invoke`. Cancelling the task asks the plugin to stop. Raises PluginartError."""
        ...
