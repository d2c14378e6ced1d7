import tracemalloc
from struct import pack, pack_into

import pytest

from pluginart import codec
from pluginart.errors import ErrorCode, PluginartError

from .tree import CHILDREN, NAME, NUMBERS, STRINGS, Tree, chain_of, decode_tree, message_with, read_tree, uint32


def refused(message: bytes, match: str) -> None:
    with pytest.raises(PluginartError, match=match) as raised:
        decode_tree(message)
    assert raised.value.code == ErrorCode.INVALID_PAYLOAD


class TestTheReaderTakes:
    def test_a_string(self) -> None:
        assert decode_tree(message_with(NAME, uint32(3) + b"abc\0")) == Tree(name="abc")

    def test_a_part_of_a_larger_buffer_however_it_is_aligned(self) -> None:
        message = message_with(NUMBERS, uint32(1) + pack("<d", 1.5))
        larger = b"\xff" * 7 + message + b"\xff" * 9
        for part in (bytearray(message), memoryview(larger)[7 : 7 + len(message)]):
            assert codec.decode(read_tree, part).numbers == [1.5]  # type: ignore[arg-type]

    @pytest.mark.parametrize("step", [1, -1])
    def test_many_strings_in_any_order(self, step: int) -> None:
        texts = [f"text number {n}{' é' if n % 5 == 0 else ''}" for n in range(2000)]
        places: dict[str, int] = {}
        body = b""
        for text in texts[::step]:
            places[text] = 4 + 4 * len(texts) + len(body)
            raw = text.encode() + b"\0"
            body += uint32(len(raw) - 1) + raw
        offsets = [places[text] - (4 + 4 * n) for n, text in enumerate(texts)]
        assert decode_tree(message_with(STRINGS, uint32(len(texts), *offsets) + body)).strings == texts

    def test_a_replacement_character_where_it_is_meant(self) -> None:
        raw = "\ufffd ä".encode()
        assert decode_tree(message_with(NAME, uint32(len(raw)) + raw + b"\0")).name == "\ufffd ä"

    def test_fields_that_a_later_schema_has(self) -> None:
        # A vtable with 1,000 slots more, and a table that is as long as they want it.
        extra = 1000
        vtable = pack(f"<6H{extra}H", 12 + 2 * extra, 8 + 4 * extra, 4, 0, 0, 0, *range(8, 8 + 4 * extra, 4))
        table = pack("<iI", len(vtable), 4 + 4 * extra) + bytes(4 * extra)
        message = uint32(4 + len(vtable)) + vtable + table + uint32(3) + b"new\0"
        assert decode_tree(message).name == "new"


class TestTheReaderRefuses:
    @pytest.mark.parametrize("length", range(24))
    def test_what_is_too_short(self, length: int) -> None:
        refused(message_with(NAME, b"")[:length], "too short|leads out of it|cannot have|outside")

    def test_30_000_000_elements_in_68_bytes_without_making_room_for_them(self) -> None:
        rest = uint32(30_000_000) + bytes(40)
        assert len(message_with(NUMBERS, rest)) == 68
        tracemalloc.start()
        try:
            refused(message_with(NUMBERS, rest), "a vector of 30000000 elements, of 8 bytes each, leads out of it")
            refused(message_with(STRINGS, rest), "a vector of 30000000 elements")
            refused(message_with(CHILDREN, rest), "a vector of 30000000 elements")
            refused(message_with(NAME, rest), "a string of 30000000 bytes")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 1 << 20

    @pytest.mark.parametrize("slot", [NAME, STRINGS, NUMBERS, CHILDREN])
    @pytest.mark.parametrize("length", [0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF])
    def test_lengths_beyond_the_message(self, slot: int, length: int) -> None:
        refused(message_with(slot, uint32(length, 0, 0)), "leads out of it")

    @pytest.mark.parametrize("offset", [0, 0x80000000, 0xFFFFFFF0, 8, 7])
    def test_offsets_beyond_the_message(self, offset: int) -> None:
        message = bytearray(message_with(NAME, uint32(3) + b"abc\0"))
        pack_into("<I", message, 20, offset)
        refused(bytes(message), "leads out of it|zero byte")

    @pytest.mark.parametrize(
        ("form", "at", "value", "match"),
        [
            ("<i", 16, 17, "a vtable lies outside"),
            ("<i", 16, -100, "a vtable lies outside"),
            ("<i", 16, -0x80000000, "a vtable lies outside"),
            ("<H", 4, 2, "a vtable cannot have 2 bytes"),
            ("<H", 4, 5, "a vtable cannot have 5 bytes"),
            ("<H", 4, 0xFFFE, "a vtable cannot have 65534 bytes"),
            ("<H", 6, 3, "a table cannot have 3 bytes"),
            ("<H", 6, 0xFFFF, "a table cannot have 65535 bytes"),
            ("<H", 8, 5, "a field lies outside of its table"),
            ("<H", 8, 0xFFFF, "a field lies outside of its table"),
        ],
    )
    def test_vtables_and_fields_outside_of_their_place(self, form: str, at: int, value: int, match: str) -> None:
        message = bytearray(message_with(NAME, bytes(8)))
        pack_into(form, message, at, value)
        refused(bytes(message), match)

    def test_strings_without_a_zero_byte(self) -> None:
        refused(message_with(NAME, uint32(3) + b"abc\1"), "byte 24 of 32: a string does not end with a zero byte")
        refused(message_with(NAME, uint32(3) + b"abc"), "a string of 3 bytes leads out of it")

    @pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80"])
    def test_strings_that_are_not_utf8(self, bad: bytes) -> None:
        for text in (bad, b"a" * 100 + bad):
            refused(message_with(NAME, uint32(len(text)) + text + b"\0"), "not valid UTF-8")

    def test_a_small_message_that_unfolds_into_a_large_value(self) -> None:
        # A vector of 10,000 tables which are all the same one, with a string of 20,000 bytes.
        count = 10_000
        offsets = [4 * (count - n) + 8 for n in range(count)]
        shared = bytes([6, 0, 8, 0, 4, 0, 0, 0]) + uint32(8, 4) + uint32(20_000) + b"a" * 20_000 + b"\0"
        refused(message_with(CHILDREN, uint32(count, *offsets) + shared), "unfolds to more than 16 times")

    def test_strings_that_are_all_the_same_long_one(self) -> None:
        count = 10_000
        offsets = [4 * (count - n) for n in range(count)]
        shared = uint32(20_000) + b"a" * 20_000 + b"\0"
        refused(message_with(STRINGS, uint32(count, *offsets) + shared), "unfolds to more than 16 times")

    def test_a_table_that_holds_itself(self) -> None:
        # Offsets cannot lead backwards, so a circle is none.
        refused(message_with(CHILDREN, uint32(1, 0)), "leads out of it")

    def test_more_than_64_tables_within_each_other(self) -> None:
        refused(chain_of(65), "more than 64 tables lie within each other")
        depth, tree = 1, decode_tree(chain_of(64))
        while tree.children:
            (tree,) = tree.children
            depth += 1
        assert depth == 64


def test_vtables_of_strangers_are_not_kept_for_ever() -> None:
    fields = codec.TableFields((0,))
    for n in range(2000):
        extra = 1000
        vtable = pack("<3H", 6 + 2 * extra, 8, 4) + pack(f"<{extra}H", *[n] * extra)
        message = uint32(4 + len(vtable)) + vtable + pack("<iI", len(vtable), 0)
        reader = codec.Reader(message)
        reader.table(fields, reader.root(), 1)
    assert sum(map(len, fields)) < 4096
