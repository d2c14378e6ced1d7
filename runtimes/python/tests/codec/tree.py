"""What would be generated for ``table Tree { name: string; strings: [string]; numbers: [double]; children: [Tree]; }``,
and messages that hold it, made by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import pack

from pluginart import codec

NAME, STRINGS, NUMBERS, CHILDREN = range(4)

_FIELDS = codec.TableFields((0, 1, 2, 3))
_LAYOUT = codec.TableLayout("Tree", (0, 1, 2, 3), (), (("name", "Tree.name", "string!"),))


@dataclass(slots=True)
class Tree:
    name: str | None = None
    strings: list[str] | None = None
    numbers: list[float] | None = None
    children: list[Tree] | None = None


@dataclass(slots=True)
class FullTree:
    """All of whose fields are required."""

    name: str
    strings: Sequence[str] = field(default_factory=list)
    numbers: Sequence[float] = field(default_factory=list)
    children: list[FullTree] = field(default_factory=list)


def read_tree(reader: codec.Reader, at: int, depth: int) -> Tree:
    places = reader.table(_FIELDS, at, depth)
    name, strings, numbers, children = places.read(reader.data, at)
    name_at, strings_at, numbers_at, children_at = places.places
    return Tree(
        None if name is None else reader.string(at + name_at, name),
        None if strings is None else reader.strings(at + strings_at, strings),
        None if numbers is None else reader.scalars(at + numbers_at, numbers, "d", 8),
        None if children is None else reader.tables(at + children_at, children, read_tree, depth + 1),
    )


def write_tree(out: bytearray, vtables: codec.Vtables, value: FullTree, depth: int) -> int:
    if depth > codec.MAX_DEPTH:
        raise codec.too_deep()
    shape = _LAYOUT[0xF]
    at, vtable = shape.open(out, vtables)
    shape.pack_into(
        out,
        at,
        at - vtable,
        codec.write_string(out, value.name) - at - 4,
        codec.write_strings(out, value.strings) - at - 8,
        codec.write_scalars(out, "d", 8, value.numbers) - at - 12,
        codec.write_tables(out, vtables, value.children, write_tree, depth + 1) - at - 16,
    )
    return at


def decode_tree(data: bytes) -> Tree:
    return codec.decode(read_tree, data)


def uint32(*values: int) -> bytes:
    return pack(f"<{len(values)}I", *values)


def message_with(slot: int, rest: bytes) -> bytes:
    """Make a root with one field, the one with the given slot, whose offset leads to what follows at byte 24."""
    places = [4 if each == slot else 0 for each in range(4)]
    return pack("<I6HiI", 16, 12, 8, *places, 12, 4) + rest


def chain_of(length: int) -> bytes:
    """Make `length` trees, each but the last with one child; they share one vtable."""
    message = uint32(20) + bytes([12, 0, 8, 0, 0, 0, 0, 0, 0, 0, 4, 0]) + bytes([4, 0, 4, 0])
    for n in range(length):
        at = 20 + 16 * n
        # Table (vtable, offset of the vector), then the vector with one offset, which leads to the next table.
        message += uint32(at - 4, 4, 1, 4) if n < length - 1 else uint32(at - 16)
    return message
