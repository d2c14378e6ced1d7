import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginart.host.manager.config.problem import Place
from pluginart.host.manager.config.toml_document import TomlDocument, TomlSyntaxError
from pluginart.host.manager.config.toml_scanner import Path, scan_toml

HOSTILE = [
    "",
    "# only = 'a comment' [with] {brackets}\n",
    "a = 1 # b = 2\nc = [ # [\n  1, # ]\n  # ,\n  2,\n]\n",
    'a = "# no comment"\nb = \'[no] "table"\'\nc = "\\"\\\\" # \\"\n',
    'a = """\nb = 1 # still a\n[table]\n""quoted"" \\""" \\\\"""\nc = 1\n',
    "a = \"\"\"ends in quotes\"\"\"\"\"\nb = '''ends in quotes'''''\nc = \"\"\"\"\"\"\nd = ''''''\n",
    "a = '''\n\"\"\" = [\n''' # \"\"\"'''\n",
    "a.b.c = 1\na.b.d = 2\na . e = 3\n",
    '"a.b" = 1\n\'c.d\' = 2\n"" = 3\n"\\u00e4\\n]" = 4\n\'e"f\' . "g\'h" = 5\n',
    "a = { b = 1, 'c' = [ { d = 2 }, { d.e = 3 } ], f.g = \"}\" }\n",
    "a = [ [1, 2], ['x', \"]\"], [[]], [{}] ]\nb=[{c=1},{c=2},]\n",
    "[a]\nb = 1\n[a.c]\nd = 2\n[ e . 'f' ]\ng = 3\n",
    "[[a]]\nb = 1\n[a.c]\nd = 2\n[[a.e]]\nf = 3\n[[a.e]]\nf = 4\n[a.e.g]\nh = 5\n[[a]]\nb = 6\n[[a.e]]\nf = 7\n",
    "a = 1979-05-27 07:32:00Z\nb = 1979-05-27\nc = 07:32:00\nd = [1979-05-27 07:32:00, 07:32:00]\n",
    "a = -0.0\nb = +inf\nc = 0xdead_beef\nd = 1e-9\ne = true # }\nf = [false,true]\n",
    "a = 1\r\n[b]\r\nc = [\r\n 1,\r\n]\r\nd = '''\r\n'''\r\n",
    "\t a\t=\t1\t\n \t[ b ]\t# c\n\td = 2",
    "bare_key-1 = 1\n1234 = 2\n3.14 = 3\n",
    "ä = 1".replace("ä", '"ä😀"') + " # 😀\n'😀' = { b = '😀', c = 1 }\n",
]


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


def begins_with_value(text: str, value: Any) -> bool:
    for end in range(1, len(text) + 1):
        try:
            if tomllib.loads(f"key = {text[:end]}")["key"] == value:
                return True
        except tomllib.TOMLDecodeError:
            continue
    return False


def begins_with_key(text: str, key: str) -> bool:
    for end in range(1, len(text) + 1):
        try:
            if tomllib.loads(f"{text[:end]} = 0") == {key: 0}:
                return True
        except tomllib.TOMLDecodeError:
            continue
    return False


def check_everything(text: str) -> None:
    values = dict(paths(tomllib.loads(text)))
    entries = scan_toml(text)
    assert entries.keys() == values.keys()
    for path, entry in entries.items():
        if isinstance(values[path], dict | list):
            assert text[entry.value] in "[{\"'" or text[entry.value].isalnum()
        else:
            assert begins_with_value(text[entry.value :], values[path])
            if isinstance(path[-1], str):
                assert begins_with_key(text[entry.key :], path[-1])


@pytest.mark.parametrize("text", HOSTILE)
def test_everything_is_found_where_it_stands(text: str) -> None:
    check_everything(text)


PIECES = st.sampled_from(
    ['"', "'", '"""', "'''", "\\", "\\n", "#", "[", "]", "{", "}", ",", "=", ".", "a", "b", " ", "\n", "1", "é", "😀"]
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "'c'", '"d"', "e.f", "g . 'h'"]),
            st.one_of(
                st.lists(PIECES).map(lambda pieces: "'''" + "".join(pieces) + "'''"),
                st.lists(PIECES).map(lambda pieces: '"""' + "".join(pieces) + '"""'),
                st.lists(PIECES).map(lambda pieces: '"' + "".join(pieces) + '"'),
                st.lists(PIECES).map(lambda pieces: "[" + "".join(pieces) + "]"),
                st.lists(PIECES).map(lambda pieces: "{ a = '" + "".join(pieces) + "', b = 1 }"),
            ),
            st.lists(PIECES).map("".join),
        )
    )
)
def test_random_documents_are_told_apart_as_the_parser_does(lines: list[tuple[str, str, str]]) -> None:
    text = ""
    for index, (key, value, comment) in enumerate(lines):
        text += f"[[t{index}]]\n{key} = {value} #{comment}\n" if index % 2 else f"k{index}.{key} = {value}\n"
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    check_everything(text)


def test_lines_and_columns_count_from_1_and_columns_in_utf16_units() -> None:
    document = TomlDocument("a = 1\r\n'😀' = { b = '😀', c = 2 }\n[[d]]\n  e.f = [\n  3 ]\n")
    assert document.place_of(("a",)) == Place(1, 5)
    assert document.place_of_key(("😀", "c")) == Place(2, 20)
    assert document.place_of(("😀", "c")) == Place(2, 24)
    assert (document.place_of_key(("d",)), document.place_of(("d", 0))) == (Place(3, 3), Place(3, 1))
    assert (document.place_of_key(("d", 0, "e", "f")), document.place_of(("d", 0, "e", "f"))) == (
        Place(4, 5),
        Place(4, 9),
    )
    assert document.place_of(("d", 0, "e", "f", 0)) == Place(5, 3)
    assert document.place_of(("d", 0, "missing", "x")) == Place(3, 1)
    assert document.place_of(("missing",)) == Place(1, 1)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 1\nb = \n", Place(2, 5)),
        ("a = 1\nb =", Place(2, 4)),
        ("a = [", Place(1, 6)),
        ("a = 1\na = 2\n", Place(2, 6)),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, place: Place) -> None:
    with pytest.raises(TomlSyntaxError) as caught:
        TomlDocument(text)
    assert caught.value.place == place
    assert "line" not in str(caught.value)


def test_a_document_nested_beyond_measure_is_refused() -> None:
    with pytest.raises(TomlSyntaxError, match="nested too deeply"):
        TomlDocument("a = " + "[" * 100_000 + "]" * 100_000)
