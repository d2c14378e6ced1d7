"""Bytes that a socket had no room for yet."""

import socket
from collections import deque
from collections.abc import Sequence
from typing import Final

Part = bytes | bytearray | memoryview

NOW: Final = socket.MSG_DONTWAIT
"""For sockets that block: this call does not wait."""
# Up to here parts are joined to leave in one send; above, copying costs more than a second system call.
_JOIN_BYTES = 131_072
_PARTS_AT_ONCE = 64


def send_parts(connected: socket.socket, parts: Sequence[Part]) -> int:
    """Send as much as there is room for, and return how much that was. Raises OSError."""
    try:
        if sum(map(len, parts)) <= _JOIN_BYTES:
            return connected.send(b"".join(parts), NOW)
        return connected.sendmsg(parts[:_PARTS_AT_ONCE], (), NOW)
    except BlockingIOError:
        return 0


class SendQueue:
    """In the order in which they were written."""

    __slots__ = ("_parts", "bytes")

    def __init__(self) -> None:
        self._parts: deque[memoryview] = deque()
        self.bytes = 0
        """How many wait."""

    def add(self, parts: Sequence[Part], sent: int = 0) -> None:
        """Keep what comes after the first `sent` bytes."""
        for part in parts:
            size = len(part)
            if sent >= size:
                sent -= size
            else:
                self._parts.append(memoryview(part)[sent:])
                self.bytes += size - sent
                sent = 0

    def send(self, connected: socket.socket) -> None:
        """Send as much as there is room for. Raises OSError."""
        parts = self._parts
        try:
            while parts:
                sent = connected.sendmsg([parts[index] for index in range(min(len(parts), _PARTS_AT_ONCE))], (), NOW)
                self.bytes -= sent
                while sent:
                    first = parts.popleft()
                    if sent < len(first):
                        parts.appendleft(first[sent:])
                        break
                    sent -= len(first)
        except BlockingIOError:
            return

    def clear(self) -> None:
        """Forget them."""
        self._parts.clear()
        self.bytes = 0
