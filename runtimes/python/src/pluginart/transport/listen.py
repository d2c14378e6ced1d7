"""Listens for hosts."""

import asyncio
import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress

from .reasons import unlistenable
from .socket_link import SocketLink
from .tcp_address import TcpAddress, format_address

_BACKLOG = 128
_PAUSE_SECONDS = 0.1
OnLink = Callable[[SocketLink], None]
"""Called on the loop with each connection, which is not started."""


class Listener:
    """A socket that takes connections until it is closed."""

    def __init__(self, listening: socket.socket, description: str, on_link: OnLink, path: str | None) -> None:
        """On the loop."""
        self.description = description
        """What it is bound to, the port that was chosen for port 0 included."""
        self._socket = listening
        self._on_link = on_link
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(listening.fileno(), self._accept)

    def close(self) -> None:
        """Take no more connections; those accepted live on. A Unix socket's file is removed."""
        if self._socket.fileno() < 0:
            return
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self.remove_file()

    def remove_file(self) -> None:
        """Remove a Unix socket's file, if it is there. Any thread."""
        if self._path is not None:
            with suppress(OSError):
                os.unlink(self._path)

    def _go_on(self) -> None:
        if self._socket.fileno() >= 0:
            self._loop.add_reader(self._socket.fileno(), self._accept)

    def _accept(self) -> None:
        try:
            accepted, _ = self._socket.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError:
            # No descriptors are left, say: not to be tried again in every turn of the loop.
            self._loop.remove_reader(self._socket.fileno())
            self._loop.call_later(_PAUSE_SECONDS, self._go_on)
            return
        if self._path is None:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._on_link(SocketLink(accepted, self._loop, self.description))


def listen_unix(path: str, on_link: OnLink) -> Listener:
    """Listen on a Unix socket, readable and writable by its owner only. On the loop.

    A socket file that nobody listens on any more is replaced. Raises TransportError.
    """
    description = f"unix:{path}"
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_abandoned(path)
        previous = os.umask(0o177)
        try:
            listening.bind(path)
        finally:
            os.umask(previous)
        os.chmod(path, 0o600)
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise unlistenable(description, error) from error
    return Listener(listening, description, on_link, path)


def listen_tcp(address: TcpAddress, on_link: OnLink) -> Listener:
    """Listen on a TCP address, whose host is a name or a number. On the loop. Raises TransportError."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise unlistenable(format_address(address), error) from error
    family, _, _, _, bindable = found[0]
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(bindable)
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise unlistenable(format_address(address), error) from error
    description = format_address(TcpAddress(address.host, listening.getsockname()[1]))
    return Listener(listening, description, on_link, None)


def _remove_abandoned(path: str) -> None:
    try:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return
    except OSError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            with suppress(OSError):
                os.unlink(path)
        except OSError:
            pass
