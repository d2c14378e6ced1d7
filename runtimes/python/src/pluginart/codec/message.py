"""Whole messages: one root table each."""

from collections.abc import Callable
from struct import Struct
from typing import TypeVar

from .reader import Reader
from .table_layout import Vtables
from .writing import check_size

Value = TypeVar("Value")

Write = Callable[[bytearray, Vtables, Value, int], int]
"""A generated encoder of one table: appends the value and returns where it begins. Depth 1 is the root."""

Read = Callable[[Reader, int, int], Value]
"""A generated decoder of one table, which lies at a position. Depth 1 is the root."""

_pack_offset = Struct("<I").pack_into


def encode(write: Write[Value], value: Value) -> bytes:
    """Encode a value as a message of its own. Raises INVALID_PAYLOAD."""
    out = bytearray(4)
    _pack_offset(out, 0, write(out, {}, value, 1))
    check_size(out)
    return bytes(out)


def decode(read: Read[Value], data: bytes) -> Value:
    """Decode a message, which has to be all of the bytes. Raises INVALID_PAYLOAD."""
    reader = Reader(data)
    return read(reader, reader.root(), 1)
