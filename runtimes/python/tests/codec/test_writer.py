from collections.abc import Sequence

import pytest

from pluginart import codec
from pluginart.errors import ErrorCode, PluginartError

from .tree import FullTree, Tree, decode_tree, write_tree


def received(tree: FullTree) -> Tree:
    return Tree(tree.name, list(tree.strings), list(tree.numbers), [received(each) for each in tree.children])


def chain(length: int) -> FullTree:
    tree = FullTree("last")
    for _ in range(length - 1):
        tree = FullTree("", children=[tree])
    return tree


def test_what_is_written_is_read() -> None:
    leaf = FullTree("ä", ["", "x"], [1.5, float("inf")])
    tree = FullTree("root", [], [], [FullTree("a", children=[leaf]), leaf])
    assert decode_tree(codec.encode(write_tree, tree)) == received(tree)


def test_tuples_and_ranges_do_as_lists() -> None:
    tree = FullTree("", ("a", "b"), range(3))
    assert decode_tree(codec.encode(write_tree, tree)) == Tree("", ["a", "b"], [0.0, 1.0, 2.0], [])


def test_tables_of_one_shape_share_a_vtable() -> None:
    vtable = bytes([12, 0, 20, 0, 4, 0, 8, 0, 12, 0, 16, 0])
    assert codec.encode(write_tree, chain(5)).count(vtable) == 1


def test_64_tables_within_each_other_are_the_most() -> None:
    assert decode_tree(codec.encode(write_tree, chain(64))) == received(chain(64))
    circle = FullTree("circle")
    circle.children = [circle, circle]
    for tree in (chain(65), circle):
        with pytest.raises(PluginartError, match="more than 64 tables within each other, or contains itself") as raised:
            codec.encode(write_tree, tree)
        assert raised.value.code == ErrorCode.INVALID_PAYLOAD


@pytest.mark.parametrize("length", range(9))
@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_all_objects_are_aligned(length: int, size: int) -> None:
    form = {1: "b", 2: "h", 4: "i", 8: "q"}[size]
    for before in ("", "a", "ab", "abc", "abcd"):
        out = bytearray(4)
        codec.write_string(out, before)
        at = codec.write_scalars(out, form, size, [1] * length)
        assert (at + 4) % size == 0
        assert at % 4 == 0
        assert len(out) % 4 == 0


@pytest.mark.parametrize("values", ["text", b"bytes", {1, 2}, iter([1]), {1: 2}, 7, None])
def test_what_is_no_sequence_makes_no_vector(values: Sequence[int]) -> None:
    with pytest.raises(codec.WRONG_VALUE):
        codec.write_scalars(bytearray(4), "i", 4, values)


def test_layouts_of_many_shapes_are_not_kept_for_ever() -> None:
    layout = codec.TableLayout("Wide", (), [(n, "B", 1) for n in range(40)], ())
    for mask in range(5000):
        assert layout[mask] is layout[mask]
    assert len(layout) <= 256
