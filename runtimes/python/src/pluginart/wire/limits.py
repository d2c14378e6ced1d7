"""Numbers of PROTOCOL.md that both sides hold to whatever is configured. Bytes, seconds, counts."""

V1_MAX_PAYLOAD_BYTES = 4_194_304
"""Version 1: the largest payload of a frame, and so the largest message."""
V2_MAX_PAYLOAD_BYTES = 1_048_576
"""Version 2: the largest payload of a frame; longer messages travel in fragments."""
HANDSHAKE_MAX_PAYLOAD_BYTES = 65_536
"""Before the handshake is done, a frame's payload is at most this long."""
HANDSHAKE_TIMEOUT = 5.0
MAX_UNFINISHED_HANDSHAKES = 16
"""Connections of one listener that have not finished their handshake."""

DEFAULT_MAX_MESSAGE_BYTES = 4_194_304
LEAST_MAX_MESSAGE_BYTES = 1_024
"""The least that a side may say it takes."""
DEFAULT_MAX_CONCURRENT_CALLS = 256
MAX_STREAM_WINDOW = 2_147_483_647
"""The most that a stream's window, and its credit ever, may be."""

MAX_UNFINISHED_MESSAGES = 4
"""Messages that may be unfinished at once in each direction."""
MAX_UNSENT_BYTES = 1_048_576
"""Bytes that the peer has not taken, above which nothing more is handed over."""
MAX_METADATA_BYTES = 65_535
"""Metadata has a 16-bit length in the header."""
