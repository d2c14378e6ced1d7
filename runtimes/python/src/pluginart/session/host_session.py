"""A connection to one plugin after its handshake."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..errors import PluginartError
from .caller import DEFAULT, Timeout
from .metadata import CallMetadata
from .method import Method

Request = TypeVar("Request")
Response = TypeVar("Response")

DEFAULT_CALL_TIMEOUT = 30.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class PeerDescription:
    """What a plugin says of itself, for tools; each None where it is not known."""

    schema: str | None
    contract_hash: str | None
    runtime: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSessionOptions:
    """How to open a `HostSession`."""

    plugin_name: str
    contract_hash: str
    """What this side was built from, or what the configuration demands; the plugin must have the same."""
    token: str | None = None
    """The secret shared with this plugin, as hex; None = none, then nothing is proved."""
    min_protocol: int = 1
    """2 refuses peers that speak version 1 only."""
    only_version_1: bool = False
    """Makes no offer of version 2. For benchmarks and tests."""
    max_message_bytes: int = 4_194_304
    """The largest body this side receives."""
    call_timeout: float | None = DEFAULT_CALL_TIMEOUT
    """Seconds, for calls that name no timeout; None = none."""
    handshake_timeout: float = 5.0
    """Seconds."""
    on_lost: Callable[[PluginartError], None] | None = None
    """Called once when the session can carry no more calls, however it ended; pending ones settle after it."""
    explain_loss: Callable[[PluginartError], Awaitable[PluginartError]] | None = None
    """Turns the loss of the connection into what pending calls are told, once it is known why; they wait for it,
    each up to its own deadline. Runs on the session's loop."""
    on_stuck: Callable[[int], None] | None = None
    """Every slot of the peer is taken by calls that this side has given up on; gets the number of open calls."""
    on_goaway: Callable[[PluginartError], None] | None = None
    """The plugin takes no new calls."""


class HostSession(Protocol):
    """Carries calls to one plugin. All errors are PluginartErrors. Hooks and coroutines run on the session's loop."""

    @property
    def protocol(self) -> int:
        """1 or 2."""
        ...

    @property
    def contract_hash(self) -> str:
        """What the plugin was proved to be built from."""
        ...

    @property
    def peer_runtime(self) -> str | None:
        """What the peer calls its runtime, ``pluginart-ts/0.1.0``; None for version 1."""
        ...

    @property
    def open_calls(self) -> int:
        """Calls that the plugin still owes an answer to, those given up on included."""
        ...

    @property
    def last_heard(self) -> float:
        """When the last byte came, by ``time.monotonic()``."""
        ...

    async def call(self, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None) -> bytes:
        """Send one encoded ``CallRequest`` and return the encoded ``CallResponse``."""
        ...

    async def invoke(
        self,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """Call a method with plain values."""
        ...

    def call_blocking(
        self, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None
    ) -> bytes:
        """As `call`, from any thread but the loop's: the calling thread writes the request itself and waits."""
        ...

    def invoke_blocking(
        self,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """As `invoke`, from any thread but the loop's."""
        ...

    async def ping(self) -> float:
        """Return the seconds until the Pong. Has no timeout of its own. In version 1 it waits for the open call."""
        ...

    async def describe(self, *, timeout: Timeout = DEFAULT) -> PeerDescription:
        """Ask the plugin what it says of itself. Version 1 plugins cannot: UNIMPLEMENTED."""
        ...

    async def drain(self) -> None:
        """Take no new calls and (version 2) say GOAWAY; returns when no call is open, or the session has ended."""
        ...

    def close(self, reason: PluginartError) -> None:
        """Fail all that is pending with `reason` and close the connection. Does nothing the second time. Any thread."""
        ...
