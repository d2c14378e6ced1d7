"""A length before each message, which is held until it is whole: the least that a call is."""

import socket
from struct import Struct

_LENGTH = Struct("<I")


def send_whole(connection: socket.socket, payload: bytes) -> None:
    """Send one message."""
    connection.sendall(_LENGTH.pack(len(payload)) + payload)


def receive_whole(connection: socket.socket) -> bytes | None:
    """Wait for one message; None at the end of the connection."""
    head = _exactly(connection, 4)
    return None if head is None else _exactly(connection, _LENGTH.unpack(head)[0])


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    data = connection.recv(count)
    if len(data) == count:
        return data
    pieces = bytearray(data)
    while len(pieces) < count:
        data = connection.recv(count - len(pieces))
        if not data:
            return None
        pieces += data
    return bytes(pieces)
