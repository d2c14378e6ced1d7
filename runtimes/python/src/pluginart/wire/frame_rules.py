"""What a version 2 frame must be whatever the state of its stream. PROTOCOL.md, section 6."""

from . import frame_v2 as v2
from .violation import violation

_CONCERNS_CONNECTION = frozenset({v2.PING, v2.PONG, v2.GOAWAY, v2.RELEASE})

# The flags that each known type may bear (V2-F4); COMPRESSED and SHARED only where they were negotiated: never yet.
_ALLOWED_FLAGS = {
    v2.CALL: v2.STREAMING_FLAGS | v2.PIECE_FLAGS,
    v2.RESPONSE: v2.PIECE_FLAGS,
    v2.ERROR: 0,
    v2.CANCEL: 0,
    v2.PING: 0,
    v2.PONG: 0,
    v2.MESSAGE: v2.PIECE_FLAGS,
    v2.END: 0,
    v2.CREDIT: 0,
    v2.GOAWAY: 0,
    v2.RELEASE: 0,
    v2.DESCRIBE: 0,
    v2.DESCRIPTION: v2.PIECE_FLAGS,
}


def check_frame(frame_type: int, flags: int, stream: int) -> bool:
    """Return False for a frame to be skipped. Raises TransportError PROTOCOL_VIOLATION."""
    allowed = _ALLOWED_FLAGS.get(frame_type)
    if allowed is None:
        if frame_type >= v2.FIRST_CRITICAL_TYPE:
            raise violation(f"a frame of unknown type {frame_type} (V2-F5)")
        return False
    if flags & ~allowed:
        raise violation(f"flags {flags} on a frame of type {frame_type} (V2-F4)")
    if (stream == 0) != (frame_type in _CONCERNS_CONNECTION):
        raise violation(f"a frame of type {frame_type} on stream {stream} (V2-F6)")
    if frame_type == v2.RELEASE:
        raise violation("RELEASE without shared memory (V2-Y6)")
    return True
