"""Connects to where a plugin listens."""

import asyncio
import socket

from .reasons import unreachable
from .socket_link import SocketLink
from .tcp_address import TcpAddress, format_address

DIAL_TIMEOUT = 5.0
"""Seconds."""


async def dial_unix(path: str, timeout: float = DIAL_TIMEOUT) -> SocketLink:
    """Connect to a Unix socket. Raises TransportError UNAVAILABLE: nobody listens, no such socket, time ran out."""
    description = f"unix:{path}"
    return await _dial(description, socket.AF_UNIX, path, timeout)


async def dial_tcp(host: str, port: int, timeout: float = DIAL_TIMEOUT) -> SocketLink:
    """Connect to a TCP address, `host` without brackets. Raises TransportError UNAVAILABLE."""
    description = format_address(TcpAddress(host, port))
    loop = asyncio.get_running_loop()
    error: OSError | str = "the host name is not known"
    try:
        async with asyncio.timeout(timeout):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            for family, _, _, _, address in found:
                try:
                    return await _connect(description, family, address)
                except OSError as why:
                    error = why
    except TimeoutError:
        error = _no_answer(timeout)
    except OSError as why:
        error = why
    raise unreachable(description, error)


async def _dial(description: str, family: socket.AddressFamily, address: str, timeout: float) -> SocketLink:
    try:
        async with asyncio.timeout(timeout):
            return await _connect(description, family, address)
    except TimeoutError:
        raise unreachable(description, _no_answer(timeout)) from None
    except OSError as why:
        raise unreachable(description, why) from why


async def _connect(description: str, family: int, address: object) -> SocketLink:
    loop = asyncio.get_running_loop()
    connecting = socket.socket(family, socket.SOCK_STREAM)
    try:
        connecting.setblocking(False)
        await loop.sock_connect(connecting, address)  # type: ignore[arg-type]
        if family != socket.AF_UNIX:
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connecting.close()
        raise
    return SocketLink(connecting, loop, description)


def _no_answer(timeout: float) -> str:
    return f"no answer within {timeout * 1_000:g} ms"
