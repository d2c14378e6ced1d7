"""The far end of a connection: bytes, and frames cut by hand."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import NamedTuple

V1_HEADER = struct.Struct("<4sIB")
V2_HEADER = struct.Struct("<IBBHII")


class PeerFrame(NamedTuple):
    type: int
    flags: int
    stream: int
    arg: int
    metadata: bytes
    body: bytes


def v1_bytes(frame_type: int, payload: bytes) -> bytes:
    return V1_HEADER.pack(b"PLGN", len(payload), frame_type) + payload


def v2_bytes(
    frame_type: int, stream: int, body: bytes = b"", *, flags: int = 0, arg: int = 0, metadata: bytes = b""
) -> bytes:
    length = len(metadata) + len(body)
    return V2_HEADER.pack(length, frame_type, flags, len(metadata), stream, arg) + metadata + body


class Peer:
    """Sends what it is told and cuts what comes into frames."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self.socket = end
        self._loop = asyncio.get_running_loop()
        self._buffer = b""

    async def send(self, data: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            await self._loop.sock_sendall(self.socket, data)

    async def v1_frame(self) -> tuple[int, bytes] | None:
        """None at the end of the connection."""
        head = await self._take(9)
        if head is None:
            return None
        magic, length, frame_type = V1_HEADER.unpack(head)
        assert magic == b"PLGN"
        payload = await self._take(length)
        return None if payload is None else (frame_type, payload)

    async def frame(self) -> PeerFrame | None:
        """A version 2 frame; None at the end of the connection."""
        head = await self._take(16)
        if head is None:
            return None
        length, frame_type, flags, metadata_bytes, stream, arg = V2_HEADER.unpack(head)
        payload = await self._take(length)
        if payload is None:
            return None
        return PeerFrame(frame_type, flags, stream, arg, payload[:metadata_bytes], payload[metadata_bytes:])

    async def message(self) -> PeerFrame | None:
        """As `frame`, the fragments of one message joined; they must follow each other."""
        first = await self.frame()
        if first is None or not first.flags & 8:
            return first
        body = first.body[8:]
        while True:
            more = await self.frame()
            assert more is not None
            assert more.stream == first.stream
            body += more.body
            if not more.flags & 8:
                assert len(body) == int.from_bytes(first.body[:8], "little")
                return first._replace(flags=first.flags & ~8, body=body)

    async def closed(self) -> None:
        """Return when the other side has ended the connection; what still comes is dropped."""
        while await self._receive():
            pass

    def close(self) -> None:
        self.socket.close()

    async def _take(self, length: int) -> bytes | None:
        while len(self._buffer) < length:
            more = await self._receive()
            if not more:
                return None
            self._buffer += more
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken

    async def _receive(self) -> bytes:
        try:
            return await self._loop.sock_recv(self.socket, 262_144)
        except (ConnectionResetError, OSError):
            return b""


async def following(peer: Peer, frame_type: int) -> PeerFrame:
    """The next frame of a type; others are dropped."""
    while True:
        frame = await peer.message()
        assert frame is not None, f"closed before a frame of type {frame_type}"
        if frame.type == frame_type:
            return frame
