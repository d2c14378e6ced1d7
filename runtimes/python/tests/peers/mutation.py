"""Damages bytes, the same way for the same seed."""

import os
from collections.abc import Iterator
from random import Random

FUZZ_ROUNDS = int(os.environ.get("PLUGINART_FUZZ", "50000"))
"""A million by PLUGINART_FUZZ=1000000."""

_HOSTILE = (0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF)


def mutate(data: bytes, random: Random) -> bytes:
    """A copy with a few bytes, or a stretch, changed, cut, doubled or put elsewhere."""
    result = bytearray(data)
    for _ in range(1 + random.randrange(4)):
        if not result:
            return bytes([random.randrange(256)])
        at = random.randrange(len(result))
        length = min(1 + random.randrange(16), len(result) - at)
        match random.randrange(6):
            case 0:
                result[at] ^= 1 << random.randrange(8)
            case 1:
                result[at] = random.choice(_HOSTILE)
            case 2:
                result[at : at + length] = bytes([random.choice(_HOSTILE)]) * length
            case 3:
                del result[at : at + length]
            case 4:
                result[at:at] = result[at : at + length]
            case _:
                del result[at:]
    return bytes(result)


def chunks(data: bytes, random: Random) -> Iterator[bytes]:
    """The bytes in chunks of random lengths."""
    longest = random.choice((1, 7, 100, 100_000))
    at = 0
    while at < len(data):
        length = 1 + random.randrange(longest)
        yield data[at : at + length]
        at += length
