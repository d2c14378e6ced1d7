"""A plugin's end of one connection, after its handshake."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..errors import PluginartError


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSessionOptions:
    """How to meet a host."""

    token: str | None
    """The secret that the host must prove to know, as hex; None = none."""
    max_message_bytes: int
    """What this side receives at most. Version 1 connections keep to 4 MiB."""
    max_concurrent_calls: int
    handshake_timeout: float
    """Seconds."""
    seen_nonces: set[bytes]
    """Nonces that hosts have used with this token; shared by all connections of a listener."""
    on_lost: Callable[[PluginartError], None]
    """Once, on the loop, when the session has ended, however."""


class PluginSession(Protocol):
    """Answers calls. Coroutines run on the session's loop."""

    @property
    def protocol(self) -> int:
        """1 or 2."""
        ...

    @property
    def open_calls(self) -> int:
        """Calls not answered yet."""
        ...

    async def drain(self) -> None:
        """Refuse new calls; returns when those open are answered and the answers were handed to the link."""
        ...

    def close(self, reason: PluginartError) -> None:
        """End the connection at once; handlers are told."""
        ...
