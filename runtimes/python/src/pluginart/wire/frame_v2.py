"""Version 2 frames: a 16-byte header, then metadata and body. PROTOCOL.md, section 6."""

from struct import Struct
from typing import Final

V2_HEADER_BYTES: Final = 16

CALL: Final = 3
RESPONSE: Final = 4
ERROR: Final = 5
CANCEL: Final = 6
PING: Final = 7
PONG: Final = 8
MESSAGE: Final = 9
END: Final = 10
CREDIT: Final = 11
GOAWAY: Final = 12
RELEASE: Final = 13
DESCRIBE: Final = 14
DESCRIPTION: Final = 15

FIRST_CRITICAL_TYPE: Final = 0x80
"""Types from here on break the connection; unknown ones below are skipped."""

UP: Final = 4
"""On CALL: the caller will send MESSAGEs."""
MORE: Final = 8
"""More fragments of this message follow."""
CONT: Final = 16
"""This frame continues a message."""
DOWN: Final = 32
"""On CALL: the callee will send MESSAGEs."""
PIECE_FLAGS: Final = MORE | CONT
STREAMING_FLAGS: Final = UP | DOWN
RESERVED_FLAGS: Final = 0xC0

V2_HEADER: Final = Struct("<IBBHII")
"""Length of the payload, type, flags, bytes of metadata, stream, arg."""
