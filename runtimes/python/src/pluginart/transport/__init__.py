"""Unix sockets and TCP on event loops: the only place with sockets."""

from .dial import dial_tcp, dial_unix
from .listen import Listener, listen_tcp, listen_unix
from .loop_thread import LoopThread
from .memory import memory_links
from .socket_link import SocketLink
from .tcp_address import TcpAddress, format_address, parse_address

__all__ = [
    "Listener",
    "LoopThread",
    "SocketLink",
    "TcpAddress",
    "dial_tcp",
    "dial_unix",
    "format_address",
    "listen_tcp",
    "listen_unix",
    "memory_links",
    "parse_address",
]
