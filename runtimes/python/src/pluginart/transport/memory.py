"""Two links joined within one process."""

import socket
from asyncio import AbstractEventLoop

from .socket_link import SocketLink


def memory_links(near: AbstractEventLoop, far: AbstractEventLoop) -> tuple[SocketLink, SocketLink]:
    """Join two links by a socket pair: no file, no port, and the same code as towards another process."""
    left, right = socket.socketpair()
    return SocketLink(left, near, "memory"), SocketLink(right, far, "memory")
