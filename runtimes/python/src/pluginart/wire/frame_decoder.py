"""Bytes in, frames out."""

import json
from typing import Literal

from ..errors import TransportError
from .frame import Frame
from .frame_v1 import V1_HEADER, V1_HEADER_BYTES, V1_MAGIC
from .frame_v2 import RESERVED_FLAGS, V2_HEADER, V2_HEADER_BYTES
from .limits import HANDSHAKE_MAX_PAYLOAD_BYTES, V1_MAX_PAYLOAD_BYTES, V2_MAX_PAYLOAD_BYTES
from .violation import violation

DecoderMode = Literal["handshake", "v1", "v2"]
"""What the decoder reads: the one frame of a handshake, or a version's frames after it."""

# A peer sends nothing between the handshake's frames, so more than a read or two is somebody flooding.
_MAX_HELD_BYTES = 4 * HANDSHAKE_MAX_PAYLOAD_BYTES

_Head = tuple[int, int, int, int, int]


class FrameDecoder:
    """Starts in mode ``handshake`` and, after giving one frame in it, stops until `set_mode`.

    The first frame of version 2 may sit in the same read as the last of version 1.
    """

    __slots__ = ("_body", "_closed", "_held", "_mode", "_partial", "_waiting", "error", "missing_bytes")

    def __init__(self) -> None:
        self.error: TransportError | None = None
        """Why nothing comes any more; it counts after the frames that `push` gave with it."""
        self._mode: DecoderMode = "handshake"
        self._waiting = False
        self._closed = False
        self._held = b""
        """Bytes that came while waiting, or a header that came in part."""
        self._partial: _Head | None = None
        """The head of a frame whose payload comes in several reads."""
        self._body = bytearray()
        self.missing_bytes = 0
        """Bytes still to come of a payload that has begun."""

    @property
    def has_pending(self) -> bool:
        """Bytes are waiting, or a frame has begun: the peer has sent more than whole frames so far."""
        return bool(self._held) or self._partial is not None

    def set_mode(self, mode: DecoderMode) -> None:
        """Say how to read on; `push` of no bytes gives what has come already."""
        self._mode = mode
        self._waiting = False

    def close(self) -> None:
        """Give nothing any more."""
        self._closed = True
        self._held = b""
        self._partial = None
        self._body = bytearray()

    def push(self, chunk: bytes) -> list[Frame]:
        """Return the frames that are whole now. A violation stands in `error` afterwards; then no more come."""
        frames: list[Frame] = []
        if self._closed or self.error is not None:
            return frames
        try:
            if self._waiting:
                self._hold(self._held + chunk)
            elif self._mode == "v2":
                self._read_v2(chunk, frames)
            else:
                self._read_v1(chunk, frames)
        except TransportError as error:
            self.error = error
        return frames

    def _read_v2(self, data: bytes, frames: list[Frame]) -> None:
        at = 0
        if self._partial is not None:
            at = self._collect(data, frames)
        elif self._held:
            data = self._held + data
            self._held = b""
        unpack_from = V2_HEADER.unpack_from
        append = frames.append
        end = len(data)
        while end - at >= V2_HEADER_BYTES:
            length, frame_type, flags, metadata_bytes, stream, arg = unpack_from(data, at)
            if flags & RESERVED_FLAGS:
                raise violation(f"reserved flags 0x{flags:x} (V2-F3)")
            if metadata_bytes > length:
                raise violation(f"{metadata_bytes} bytes of metadata in a payload of {length} (V2-F2)")
            if length > V2_MAX_PAYLOAD_BYTES:
                raise _too_long(length, V2_MAX_PAYLOAD_BYTES, "V2-F1")
            at += V2_HEADER_BYTES
            if end - at < length:
                self._begin((frame_type, flags, metadata_bytes, stream, arg), length, data, at)
                return
            append((frame_type, flags, metadata_bytes, stream, arg, data[at : at + length]))
            at += length
        if at < end:
            self._held = data[at:]

    def _read_v1(self, data: bytes, frames: list[Frame]) -> None:
        at = 0
        if self._partial is not None:
            at = self._collect(data, frames)
        elif self._held:
            data = self._held + data
            self._held = b""
        in_handshake = self._mode == "handshake"
        max_payload = HANDSHAKE_MAX_PAYLOAD_BYTES if in_handshake else V1_MAX_PAYLOAD_BYTES
        end = len(data)
        while at < end:
            if in_handshake and frames:
                self._waiting = True
                self._hold(data[at:])
                return
            if data[at : at + 4] != V1_MAGIC[: end - at]:
                raise _not_a_frame(data[at : at + 4])
            if end - at < V1_HEADER_BYTES:
                self._held = data[at:]
                return
            _, length, frame_type = V1_HEADER.unpack_from(data, at)
            if length > max_payload:
                raise _too_long(length, max_payload, "V1-F3" if in_handshake else "V1-F2")
            at += V1_HEADER_BYTES
            if end - at < length:
                self._begin((frame_type, 0, 0, 0, 0), length, data, at)
                return
            frames.append((frame_type, 0, 0, 0, 0, data[at : at + length]))
            at += length
        if in_handshake and frames:
            self._waiting = True

    def _begin(self, head: _Head, length: int, data: bytes, at: int) -> None:
        self._partial = head
        # Grows as bytes come, never on the word of a header (V1-F4).
        self._body = bytearray(memoryview(data)[at:])
        self.missing_bytes = length - len(self._body)

    def _collect(self, data: bytes, frames: list[Frame]) -> int:
        """Add to the payload that has begun and return how many of the bytes belonged to it."""
        taken = min(self.missing_bytes, len(data))
        self._body += data if taken == len(data) else memoryview(data)[:taken]
        self.missing_bytes -= taken
        head = self._partial
        if self.missing_bytes == 0 and head is not None:
            frames.append((*head, bytes(self._body)))
            self._partial = None
            self._body = bytearray()
        return taken

    def _hold(self, rest: bytes) -> None:
        if len(rest) > _MAX_HELD_BYTES:
            raise violation("bytes after the handshake frame")
        self._held = rest


def _too_long(length: int, most: int, rule: str) -> TransportError:
    return violation(f"a frame of {length} bytes where at most {most} are allowed ({rule})")


def _not_a_frame(seen: bytes) -> TransportError:
    text = "".join(chr(byte) if 0x20 <= byte <= 0x7E else "." for byte in seen)
    return violation(f'a frame must begin with "PLGN", not with {json.dumps(text)} (V1-F1)')
