"""How the fields of a table are laid out when it is written."""

from collections.abc import Sequence
from struct import Struct, calcsize, pack

from .invalid import FieldTypes

_MOST_SHAPES = 256
"""Shapes remembered of one table; a value whose fields come and go in more ways starts them anew."""

Vtables = dict["TableShape", int]
"""Where the vtables of one message lie, so that tables of the same shape share one."""


class TableShape:
    """A table while a certain set of its fields is present."""

    __slots__ = ("_again", "_body", "_first", "_mask", "_vtable_bytes", "pack_into")

    def __init__(self, vtable: bytes, form: Struct, alignment: int, lead: int) -> None:
        self.pack_into = form.pack_into
        """Writes the table: the offset to its vtable, and what it holds in the order of the layout."""
        self._body = (form.size + 3) & ~3
        self._vtable_bytes = len(vtable)
        self._mask = alignment - 1
        blank = bytes(self._body)
        ends = range(0, alignment, 4)
        # What is appended for a table, by what the message's length is modulo the alignment.
        self._first = [bytes(-(end + len(vtable) + lead) % alignment) + vtable + blank for end in ends]
        self._again = [bytes(-(end + lead) % alignment) + blank for end in ends]

    def open(self, out: bytearray, vtables: Vtables) -> tuple[int, int]:
        """Append an empty table, and its vtable unless the message has it; return where the two begin."""
        vtable = vtables.get(self)
        if vtable is None:
            out += self._first[(len(out) & self._mask) >> 2]
            at = len(out) - self._body
            vtables[self] = vtable = at - self._vtable_bytes
        else:
            out += self._again[(len(out) & self._mask) >> 2]
            at = len(out) - self._body
        return at, vtable


class TableLayout(dict[int, TableShape]):
    """The shapes of one table, by the mask of what is present: bit n stands for part n.

    First come the offsets to what lies outside of the table, then all else by falling alignment, so that nothing
    lies between the parts. A message's length is a multiple of 4 between any two objects.
    """

    def __init__(
        self,
        name: str,
        references: Sequence[int],
        inline: Sequence[tuple[int, str, int]],
        fields: FieldTypes,
    ) -> None:
        """Take slots of references, and (slot, format, alignment) of what is inline, both as they are written."""
        super().__init__()
        self.name = name
        self.fields = fields
        self._parts = [(slot, "I", 4) for slot in references] + list(inline)
        self._references = len(references)

    def __missing__(self, mask: int) -> TableShape:
        present = [(n, *part) for n, part in enumerate(self._parts) if mask & (1 << n)]
        inline = [part for part in present if part[0] >= self._references]
        lead = 4 + 4 * (len(present) - len(inline))
        alignment = max([4, *(alignment for _, _, _, alignment in inline)])
        entries = [0] * (1 + max([-1, *(slot for _, slot, _, _ in present)]))
        form = "<i"
        for _, slot, code, _ in present:
            entries[slot] = calcsize(form)
            form += code
        vtable = pack(f"<{2 + len(entries)}H", 4 + 2 * len(entries), calcsize(form), *entries)
        shape = TableShape(vtable, Struct(form), alignment, lead)
        if len(self) >= _MOST_SHAPES:
            self.clear()
        self[mask] = shape
        return shape
