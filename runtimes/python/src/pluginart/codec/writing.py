"""Appends to a message what lies outside of tables.

Messages are written front to back into one bytearray. Its length is a multiple of 4 between any two objects. A
function that writes an object returns where the object begins.
"""

from collections.abc import Callable, Sequence
from math import copysign
from struct import Struct, pack, pack_into
from typing import Any, TypeVar

from .invalid import invalid, is_vector
from .table_layout import Vtables

Value = TypeVar("Value")
Member = TypeVar("Member")

_pack_length = Struct("<I").pack
# A zero byte and what is missing to a multiple of 4, by the length modulo 4.
_ENDS = (bytes(4), bytes(3), bytes(2), bytes(1))
_PADS = (b"", bytes(3), bytes(2), bytes(1))
_MOST_BYTES = 0x7FFFFFFF


def write_string(out: bytearray, text: str) -> int:
    """Append a string."""
    at = len(out)
    raw = text.encode()
    length = len(raw)
    out += _pack_length(length) + raw + _ENDS[length & 3]
    return at


def write_bytes(out: bytearray, value: bytes | bytearray | memoryview) -> int:
    """Append a vector of bytes."""
    if not isinstance(value, (bytes, bytearray)):
        if not isinstance(value, memoryview):
            raise TypeError("not bytes")
        value = value.tobytes()
    at = len(out)
    length = len(value)
    out += _pack_length(length)
    out += value
    out += _PADS[length & 3]
    return at


def write_scalars(out: bytearray, code: str, size: int, values: Sequence[float]) -> int:
    """Append a vector of numbers: their format, and the bytes that each takes."""
    if type(values) is not list and not is_vector(values):
        raise TypeError("not a sequence")
    count = len(values)
    if size == 8 and not len(out) & 4:
        out += b"\0\0\0\0"
    at = len(out)
    out += pack(f"<I{count}{code}{-count * size & 3}x", count, *values)
    return at


def write_bools(out: bytearray, values: Sequence[bool]) -> int:
    """Append a vector of bools."""
    if not {bool}.issuperset(map(type, values)):
        raise TypeError("not bools")
    return write_scalars(out, "?", 1, values)


def write_strings(out: bytearray, values: Sequence[str]) -> int:
    """Append a vector of strings."""
    if type(values) is not list and not is_vector(values):
        raise TypeError("not a sequence")
    at = len(out)
    count = len(values)
    out += _pack_length(count) + bytes(4 * count)
    slot = at + 4
    offsets = []
    for text in values:
        offsets.append(len(out) - slot)
        slot += 4
        raw = text.encode()
        length = len(raw)
        out += _pack_length(length) + raw + _ENDS[length & 3]
    pack_into(f"<{count}I", out, at + 4, *offsets)
    return at


def write_tables(
    out: bytearray,
    vtables: Vtables,
    values: Sequence[Value],
    write: Callable[[bytearray, Vtables, Value, int], int],
    depth: int,
) -> int:
    """Append a vector of tables with the function that writes one."""
    if type(values) is not list and not is_vector(values):
        raise TypeError("not a sequence")
    at = len(out)
    count = len(values)
    out += _pack_length(count) + bytes(4 * count)
    slot = at + 4
    offsets = []
    for value in values:
        offsets.append(write(out, vtables, value, depth) - slot)
        slot += 4
    pack_into(f"<{count}I", out, at + 4, *offsets)
    return at


def write_structs(
    out: bytearray, values: Sequence[Value], pack_one: Callable[[Value], bytes], size: int, alignment: int
) -> int:
    """Append a vector of structs with the function that encodes one."""
    if type(values) is not list and not is_vector(values):
        raise TypeError("not a sequence")
    if alignment > 4:
        out += bytes(-(len(out) + 4) % alignment)
    at = len(out)
    out += _pack_length(len(values))
    out += b"".join([pack_one(value) for value in values])
    out += _PADS[len(out) & 3]
    return at


def write_union_codes(out: bytearray, values: Sequence[Member], code_of: Callable[[Member], int]) -> int:
    """Append the type codes of a vector of unions."""
    if not is_vector(values):
        raise TypeError("not a sequence")
    return write_bytes(out, bytes([code_of(value) for value in values]))


def write_struct(out: bytearray, raw: bytes, alignment: int) -> int:
    """Append a struct that stands by itself, as a member of a union."""
    if alignment > 4:
        out += bytes(-len(out) % alignment)
    at = len(out)
    out += raw
    out += _PADS[len(raw) & 3]
    return at


def as_bool(value: Any) -> bool:
    """Raise TypeError for what is no bool."""
    if value is True or value is False:
        return bool(value)
    raise TypeError("not a bool")


def array_of(values: Sequence[Value], length: int) -> Sequence[Value]:
    """Raise TypeError for a fixed array of another length."""
    if len(values) != length:
        raise TypeError(f"{len(values)} elements where {length} belong")
    return values


def bytes_of(value: bytes | bytearray, length: int) -> bytes | bytearray:
    """Raise TypeError for a fixed array of bytes that is none, or has another length."""
    if not isinstance(value, (bytes, bytearray)) or len(value) != length:
        raise TypeError(f"not {length} bytes")
    return value


def is_minus_zero(value: float) -> bool:
    """Tell -0.0 from 0.0, for a value that is one of them."""
    return copysign(1.0, value) < 0


def check_size(out: bytearray) -> None:
    """Raise INVALID_PAYLOAD for a message that the wire format cannot hold."""
    if len(out) > _MOST_BYTES:
        raise invalid("the message is larger than 2 GiB")
