"""Messages with a few things wrong, the same ones from the same seed, and what comes of them."""

from collections.abc import Callable
from random import Random
from struct import pack_into

from pluginart.errors import ErrorCode, PluginartError

_INTERESTING = (
    0,
    1,
    2,
    3,
    4,
    5,
    8,
    0x7F,
    0x80,
    0xFF,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFC,
    0xFFFFFFFF,
    30_000_000,
)


def mutate(original: bytes, random: Random) -> bytes:
    """Make one to four changes: bytes, words, offsets that point elsewhere, pieces moved, the end cut off."""
    data = bytearray(original)
    for _ in range(random.randrange(1, 5)):
        if len(data) <= 8:
            break
        at = random.randrange(len(data) - 4)
        match random.randrange(7):
            case 0:
                data[at] ^= 1 << random.randrange(8)
            case 1:
                data[at] = random.randrange(256)
            case 2:
                pack_into("<I", data, at & ~3, random.choice(_INTERESTING))
            case 3:
                pack_into("<i", data, at & ~3, random.randrange(-len(data), len(data)))
            case 4:
                pack_into("<H", data, at & ~1, random.randrange(64))
            case 5:
                piece = data[random.randrange(len(data)) :][: len(data) - at]
                data[at : at + len(piece)] = piece
            case _:
                del data[len(data) - random.randrange(min(64, len(data))) :]
    return bytes(data)


def attempt(decode: Callable[[bytes], object], data: bytes) -> tuple[bool, object]:
    """Decode: whether there is a value, and it. No other error than INVALID_PAYLOAD is caught."""
    try:
        return True, decode(data)
    except PluginartError as error:
        if error.code != ErrorCode.INVALID_PAYLOAD:
            raise
        return False, None
