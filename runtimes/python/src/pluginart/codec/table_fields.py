"""How the fields of a table are found when it is read."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from struct import Struct, calcsize, unpack
from typing import Any

_MOST_PLACES = 256
"""Vtables remembered of one table; a peer that sends more of them starts them anew."""

NO_SLOT = 0x8000
"""No vtable is long enough for slots from here on."""

_nothing = Struct("")


class FieldPlaces:
    """Where the fields of a table lie, according to one vtable."""

    __slots__ = ("places", "read", "table_bytes")

    def __init__(
        self, places: tuple[int, ...], read: Callable[[bytes, int], tuple[Any, ...]], table_bytes: int
    ) -> None:
        self.places = places
        """Of references and structs, in bytes from the table's beginning; 0 = absent."""
        self.read = read
        """Reads the offsets of references and all scalars, None and the default where a field is absent."""
        self.table_bytes = table_bytes
        """How long a table must be to hold all that is present."""


class TableFields(dict[bytes, FieldPlaces]):
    """The fields of one table, by its vtable less the lengths in front: peers send few of them, each many times."""

    def __init__(
        self,
        references: Sequence[int] = (),
        structs: Sequence[tuple[int, int]] = (),
        scalars: Sequence[tuple[int, str, Any]] = (),
    ) -> None:
        """Take slots of references, (slot, bytes) of structs, and (slot, format, default) of scalars."""
        super().__init__()
        self._structs = structs
        self._values = [(slot, "I", None) for slot in references] + list(scalars)
        self._placed = [(slot, 4) for slot in references] + list(structs)
        slots = [slot for slot, *_ in [*self._values, *structs] if slot < NO_SLOT]
        self.vtable_bytes = 4 + 2 * (1 + max([-1, *slots]))
        """As far as a vtable is looked at: what a later schema adds must not make each peer's another one."""

    def __missing__(self, vtable: bytes) -> FieldPlaces:
        entries = unpack(f"<{len(vtable) // 2}H", vtable)
        where = {slot: at for slot, at in enumerate(entries) if at != 0}
        ends = [where[slot] + calcsize("<" + code) for slot, code, _ in self._values if slot in where]
        ends += [where[slot] + size for slot, size in self._structs if slot in where]
        places = tuple(where.get(slot, 0) for slot, _ in self._placed)
        found = FieldPlaces(places, self._reader(where), max([4, *ends]))
        if len(self) >= _MOST_PLACES:
            self.clear()
        self[vtable] = found
        return found

    def _reader(self, where: dict[int, int]) -> Callable[[bytes, int], tuple[Any, ...]]:
        present = sorted((where[slot], n, code) for n, (slot, code, _) in enumerate(self._values) if slot in where)
        form, end, order = "<", 0, []
        for at, n, code in present:
            if at < end:
                return self._overlapping(present)
            form += f"{at - end}x{code}"
            end = at + calcsize("<" + code)
            order.append(n)
        unpack_from = Struct(form).unpack_from if order else _nothing.unpack_from
        if order == list(range(len(self._values))):
            return unpack_from
        absent = [n for n in range(len(self._values)) if n not in order]
        defaults = tuple(self._values[n][2] for n in absent)
        if not order:
            return lambda data, at: defaults
        sources = order + absent
        pick: Callable[[tuple[Any, ...]], tuple[Any, ...]] = itemgetter(
            *(sources.index(n) for n in range(len(sources)))
        )
        return lambda data, at: pick(unpack_from(data, at) + defaults)

    def _overlapping(self, present: list[tuple[int, int, str]]) -> Callable[[bytes, int], tuple[Any, ...]]:
        """Read fields that share bytes, which no known writer makes."""
        forms = [(at, n, Struct("<" + code)) for at, n, code in present]
        defaults = [default for _, _, default in self._values]

        def read(data: bytes, at: int) -> tuple[Any, ...]:
            values = list(defaults)
            for offset, n, form in forms:
                (values[n],) = form.unpack_from(data, at + offset)
            return tuple(values)

        return read
