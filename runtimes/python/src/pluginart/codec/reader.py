"""Reads messages and trusts nothing."""

from collections.abc import Callable
from struct import Struct, unpack_from
from typing import Any, NoReturn, TypeVar

from .invalid import invalid, missing_field
from .max_depth import MAX_DEPTH
from .table_fields import FieldPlaces, TableFields

Value = TypeVar("Value")

_int32 = Struct("<i").unpack_from
_uint32 = Struct("<I").unpack_from
_uint16_pair = Struct("<HH").unpack_from


class Reader:
    """Reads one message: every offset, length and vtable is checked before it is followed. Alignment is not.

    Time and memory are bounded by the size of the message: a budget of 16 times its bytes plus 65,536 is reduced by
    the bytes of every table (with its vtable), string, vector and struct visited, and running out of it is an error.
    Objects may be shared, as builders do with vtables and equal strings, but each visit counts: a small message
    cannot unfold into a large value. The only error is INVALID_PAYLOAD.
    """

    __slots__ = ("_budget", "_size", "data")

    def __init__(self, data: bytes) -> None:
        """Turn to one message, which has to be all of the bytes."""
        self.data = data if type(data) is bytes else bytes(data)
        self._size = size = len(data)
        self._budget = 16 * size + 65_536

    def root(self) -> int:
        """Return the position of the root table."""
        size = self._size
        if size < 8:
            raise invalid(f"a message of {size} bytes is too short for a table")
        # As `follow` does it, without the call: small messages are common.
        (offset,) = _uint32(self.data, 0)
        if offset == 0 or offset > size - 4:
            self._bad_offset(0, offset)
        at: int = offset
        return at

    def follow(self, slot: int, offset: int) -> int:
        """Return where the offset stored at a slot leads to; at least 4 bytes are there."""
        at = slot + offset
        if offset == 0 or at > self._size - 4:
            self._bad_offset(slot, offset)
        return at

    def table(self, fields: TableFields, at: int, depth: int) -> FieldPlaces:
        """Open the table at a position that `root` or `follow` gave: check it and its vtable. The root has depth 1."""
        data = self.data
        if depth > MAX_DEPTH:
            self.fail(at, "more than 64 tables lie within each other")
        vtable = at - _int32(data, at)[0]
        if vtable < 0 or vtable > self._size - 4:
            self.fail(at, "a vtable lies outside of it")
        vtable_bytes, table_bytes = _uint16_pair(data, vtable)
        if vtable_bytes < 4 or vtable_bytes & 1 or vtable_bytes > self._size - vtable:
            self.fail(vtable, f"a vtable cannot have {vtable_bytes} bytes")
        if table_bytes < 4 or table_bytes > self._size - at:
            self.fail(at, f"a table cannot have {table_bytes} bytes")
        self._budget -= vtable_bytes + table_bytes
        if self._budget < 0:
            self._exhausted()
        known = fields.vtable_bytes
        places = fields[data[vtable + 4 : vtable + (vtable_bytes if vtable_bytes < known else known)]]
        if places.table_bytes > table_bytes:
            self.fail(at, "a field lies outside of its table")
        return places

    def string(self, slot: int, offset: int) -> str:
        """Read the string that the offset stored at a slot leads to."""
        at = slot + offset
        size = self._size
        if offset == 0 or at > size - 4:
            self._bad_offset(slot, offset)
        data = self.data
        (length,) = _uint32(data, at)
        first = at + 4
        end = first + length
        if end >= size:
            self.fail(at, f"a string of {length} bytes leads out of it")
        if data[end]:
            self.fail(at, "a string does not end with a zero byte")
        self._budget -= length + 5
        if self._budget < 0:
            self._exhausted()
        try:
            return data[first:end].decode()
        except UnicodeDecodeError:
            self.fail(first, "a string is not valid UTF-8")

    def vector(self, slot: int, offset: int, element_bytes: int) -> tuple[int, int]:
        """Open the vector that an offset leads to: its first element and their number, all of which are there."""
        at = self.follow(slot, offset)
        (count,) = _uint32(self.data, at)
        taken = count * element_bytes
        if taken > self._size - at - 4:
            self.fail(at, f"a vector of {count} elements, of {element_bytes} bytes each, leads out of it")
        self._budget -= taken + 4
        if self._budget < 0:
            self._exhausted()
        return at + 4, count

    def byte_vector(self, slot: int, offset: int) -> bytes:
        """Read a vector of bytes."""
        first, count = self.vector(slot, offset, 1)
        return self.data[first : first + count]

    def scalars(self, slot: int, offset: int, code: str, element_bytes: int) -> list[Any]:
        """Read a vector of numbers or bools."""
        first, count = self.vector(slot, offset, element_bytes)
        return list(unpack_from(f"<{count}{code}", self.data, first))

    def strings(self, slot: int, offset: int) -> list[str]:
        """Read a vector of strings."""
        first, offsets = self.references(slot, offset)
        string = self.string
        return [string(first + 4 * n, each) for n, each in enumerate(offsets)]

    def tables(self, slot: int, offset: int, read: "Callable[[Reader, int, int], Value]", depth: int) -> list[Value]:
        """Read a vector of tables with the function that reads one; each has the depth."""
        first, offsets = self.references(slot, offset)
        follow = self.follow
        return [read(self, follow(first + 4 * n, each), depth) for n, each in enumerate(offsets)]

    def references(self, slot: int, offset: int) -> tuple[int, tuple[int, ...]]:
        """Open a vector of offsets: the place of the first, and what they are."""
        first, count = self.vector(slot, offset, 4)
        return first, unpack_from(f"<{count}I", self.data, first)

    def structs(
        self, slot: int, offset: int, form: Struct, load: Callable[[tuple[Any, ...], int], Value]
    ) -> list[Value]:
        """Read a vector of structs with the function that takes one from its scalars."""
        first, count = self.vector(slot, offset, form.size)
        return [load(scalars, 0) for scalars in form.iter_unpack(self.data[first : first + count * form.size])]

    def struct(self, slot: int, offset: int, form: Struct) -> tuple[Any, ...]:
        """Read the scalars of a struct that stands by itself, as a member of a union."""
        at = slot + offset
        # Not `follow`: a struct may be shorter than the 4 bytes that everything else has at least.
        if offset == 0 or at > self._size - form.size:
            self.fail(slot, "a struct leads out of it")
        self._budget -= form.size
        if self._budget < 0:
            self._exhausted()
        return form.unpack_from(self.data, at)

    def union_codes(self, field: str, slot: int, offset: int | None, count: int) -> bytes:
        """Read the type codes that belong to a vector of that many unions."""
        if offset is None:
            raise missing_field(f"the vector of type codes of {field}")
        codes = self.byte_vector(slot, offset)
        if len(codes) != count:
            self.fail(slot, "the vectors of type codes and of values differ in length")
        return codes

    def unknown_member(self, union: str, code: int, slot: int) -> NoReturn:
        """Refuse a type code that its union does not have."""
        self.fail(slot, f"{union} has no member {code}")

    def fail(self, at: int, what: str) -> NoReturn:
        """Raise INVALID_PAYLOAD for the position at fault."""
        raise invalid(f"the message is no valid FlatBuffer at byte {at} of {self._size}: {what}")

    def _bad_offset(self, slot: int, offset: int) -> NoReturn:
        self.fail(slot, f"an offset of {offset} leads out of it")

    def _exhausted(self) -> NoReturn:
        raise invalid(f"the message unfolds to more than 16 times its {self._size} bytes")
