"""Connects to a plugin that is running."""

import asyncio
import socket

from ..errors import PluginartError
from ..session import HostSession, HostSessionOptions, open_host_session
from ..session.host_session import DEFAULT_CALL_TIMEOUT
from ..transport import LoopThread, SocketLink, dial_tcp, dial_unix, parse_address
from ..wire.limits import DEFAULT_MAX_MESSAGE_BYTES, HANDSHAKE_TIMEOUT
from .async_client import AsyncClient
from .client import Client


def connect(
    address: str | socket.socket,
    *,
    contract_hash: str,
    plugin_name: str = "plugin",
    token: str | None = None,
    min_protocol: int = 1,
    only_version_1: bool = False,
    max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
    call_timeout: float | None = DEFAULT_CALL_TIMEOUT,
    handshake_timeout: float = HANDSHAKE_TIMEOUT,
) -> Client:
    """Shake hands with a plugin that is running.

    `address`: the path of a Unix socket (with a ``/``, or after ``unix:``), or ``host:port``; or a socket, Unix or TCP,
    that is connected, and the client's from now on. `contract_hash`: what
    this side was built from, ``CONTRACT_HASH`` of the generated code. `plugin_name`: a label, for messages. `token`:
    the secret shared with the plugin, hex. `min_protocol`: 2 refuses plugins that speak version 1 only.
    `only_version_1`: make no offer of version 2. `max_message_bytes`: the largest answer. `call_timeout`: seconds, for
    calls that name no timeout; None = none. `handshake_timeout`: seconds, for connecting too.

    Raises HandshakeError: refused or not to be trusted; TransportError: it is not there; ConfigError: no address.
    """
    options = HostSessionOptions(
        plugin_name=plugin_name,
        contract_hash=contract_hash,
        token=token,
        min_protocol=min_protocol,
        only_version_1=only_version_1,
        max_message_bytes=max_message_bytes,
        call_timeout=call_timeout,
        handshake_timeout=handshake_timeout,
    )
    thread = LoopThread("pluginart-client")
    try:
        session, link = thread.run(_open(address, options))
        return Client(AsyncClient(session, link), session, thread)
    except BaseException:
        thread.stop()
        raise


async def connect_async(
    address: str | socket.socket,
    *,
    contract_hash: str,
    plugin_name: str = "plugin",
    token: str | None = None,
    min_protocol: int = 1,
    only_version_1: bool = False,
    max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
    call_timeout: float | None = DEFAULT_CALL_TIMEOUT,
    handshake_timeout: float = HANDSHAKE_TIMEOUT,
) -> AsyncClient:
    """As `connect`, on the running loop."""
    options = HostSessionOptions(
        plugin_name=plugin_name,
        contract_hash=contract_hash,
        token=token,
        min_protocol=min_protocol,
        only_version_1=only_version_1,
        max_message_bytes=max_message_bytes,
        call_timeout=call_timeout,
        handshake_timeout=handshake_timeout,
    )
    session, link = await _open(address, options)
    return AsyncClient(session, link)


async def _open(address: str | socket.socket, options: HostSessionOptions) -> tuple[HostSession, SocketLink]:
    link = await _dial(address, options.handshake_timeout)
    try:
        return await open_host_session(link, options), link
    except PluginartError:
        await link.wait_closed()
        raise


async def _dial(address: str | socket.socket, timeout: float) -> SocketLink:
    if isinstance(address, socket.socket):
        return SocketLink(address, asyncio.get_running_loop(), "the socket")
    if address.startswith("unix:"):
        return await dial_unix(address.removeprefix("unix:"), timeout)
    if "/" in address:
        return await dial_unix(address, timeout)
    host, port = parse_address(address)
    return await dial_tcp(host, port, timeout)
