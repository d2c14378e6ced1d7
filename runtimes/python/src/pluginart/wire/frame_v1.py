"""Version 1 frames: ``PLGN``, length uint32, type uint8, payload. PROTOCOL.md, section 4.1."""

from struct import Struct
from typing import Final

V1_MAGIC: Final = b"PLGN"
V1_HEADER_BYTES: Final = 9

HANDSHAKE_REQUEST: Final = 1
HANDSHAKE_RESPONSE: Final = 2
CALL_REQUEST: Final = 3
CALL_RESPONSE: Final = 4
PLUGIN_ERROR: Final = 5
CANCEL: Final = 6
PING: Final = 7
PONG: Final = 8

V1_HEADER: Final = Struct("<4sIB")
"""Magic, length of the payload, type."""


def v1_frame(frame_type: int, payload: bytes | bytearray) -> bytes:
    """Return a whole frame."""
    return V1_HEADER.pack(V1_MAGIC, len(payload), frame_type) + payload
