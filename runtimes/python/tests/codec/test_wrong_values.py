from dataclasses import replace
from typing import Any

import pytest

from pluginart import codec
from pluginart.errors import ErrorCode, PluginartError

from ..sample.rich import codecs, values
from ..sample.rich.values import EverythingRequestT, NodeT, OptionalsT, PointT, ScalarsT, VectorsT
from .rich_values import FRAME, FULL_REFERENCES


def refused(value: Any, message: str) -> None:
    with pytest.raises(PluginartError) as raised:
        codec.encode(codecs.write_everything_request, value)
    assert raised.value.code == ErrorCode.INVALID_PAYLOAD
    assert raised.value.message == message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"flag": 1}, "Scalars.flag must be a bool, not the integer 1"),
        ({"i8": 128}, "Scalars.i8 must be an integer from -128 to 127, not the integer 128"),
        ({"u8": -1}, "Scalars.u8 must be an integer from 0 to 255, not the integer -1"),
        ({"i16": 1.5}, "Scalars.i16 must be an integer from -32768 to 32767, not 1.5"),
        ({"u32": "7"}, "Scalars.u32 must be an integer from 0 to 4294967295, not the str '7'"),
        (
            {"i64": 2**63},
            "Scalars.i64 must be an integer from -2**63 to 2**63 - 1, not the integer 9223372036854775808",
        ),
        ({"u64": 2**80}, "Scalars.u64 must be an integer from 0 to 2**64 - 1, not the integer one of 81 bits"),
        ({"f32": 1e39}, "Scalars.f32 must be a number within the range of float32, not 1e+39"),
        ({"f64": None}, "Scalars.f64 must be a number, not None"),
        ({"level": 1000}, "Scalars.level must be an integer from -128 to 127, not the integer 1000"),
        ({"access": None}, "Scalars.access must be an integer from 0 to 4294967295, not None"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_scalars(fields: dict[str, Any], message: str) -> None:
    refused(EverythingRequestT(scalars=ScalarsT(**fields)), message)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"flags": [True, 1]}, "Vectors.flags[1] must be a bool, not the integer 1"),
        ({"i8s": [0, 0, 200]}, "Vectors.i8s[2] must be an integer from -128 to 127, not the integer 200"),
        ({"i32s": "123"}, "Vectors.i32s must be a list or another sequence, not the str '123'"),
        ({"i32s": {1, 2}}, "Vectors.i32s must be a list or another sequence, not a set"),
        ({"strings": ["a", None]}, "Vectors.strings[1] must be a str without lone surrogates, not None"),
        ({"strings": ["\ud800"]}, "Vectors.strings[0] must be a str without lone surrogates, not the str '\\ud800'"),
        ({"strings": "text"}, "Vectors.strings must be a list or another sequence, not the str 'text'"),
        ({"bytes_": [1, 2]}, "Vectors.bytes must be bytes, not a list of 2"),
        ({"bytes_": "text"}, "Vectors.bytes must be bytes, not the str 'text'"),
        ({"tables": OptionalsT()}, "Vectors.tables must be a list or another sequence, not an OptionalsT"),
        ({"tables": [None]}, "Optionals must be an OptionalsT, not None"),
        ({"tables": [PointT(1, 2)]}, "Optionals must be an OptionalsT, not a PointT"),
        ({"empty_default": None}, "Vectors.empty_default must be a list or another sequence, not None"),
        (
            {"shapes": [NodeT(name="which?")]},
            "a Shape must be one of ShapeNodeT, OptionalsT, str, PointT, ShapeOtherT, not a NodeT",
        ),
        ({"shapes": "x"}, "Vectors.shapes must be a list or another sequence, not the str 'x'"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_vectors(fields: dict[str, Any], message: str) -> None:
    refused(EverythingRequestT(vectors=VectorsT(**fields)), message)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": 7}, "References.text must be a str without lone surrogates, not the integer 7"),
        ({"text_default": None}, "References.text_default must be a str without lone surrogates, not None"),
        ({"must_text": None}, "References.must_text is required"),
        ({"must_text": "\udfff"}, "References.must_text must be a str without lone surrogates, not the str '\\udfff'"),
        ({"must_bytes": None}, "References.must_bytes is required"),
        ({"must_frame": None}, "References.must_frame is required"),
        ({"must_shape": None}, "References.must_shape is required"),
        ({"must_shape": 1.5}, "a Shape must be one of ShapeNodeT, OptionalsT, str, PointT, ShapeOtherT, not 1.5"),
        ({"node": "x"}, "Node must be a NodeT, not the str 'x'"),
        ({"node": NodeT(name=None)}, "Node.name is required"),  # type: ignore[arg-type]
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_references(fields: dict[str, Any], message: str) -> None:
    refused(EverythingRequestT(references=replace(FULL_REFERENCES, **fields)), message)


@pytest.mark.parametrize(
    "frame",
    [
        replace(FRAME, pixels=[1, 2, 3]),
        replace(FRAME, raw=b"1234"),
        replace(FRAME, raw=[1, 2, 3]),  # type: ignore[arg-type]
        replace(FRAME, on=1),  # type: ignore[arg-type]
        replace(FRAME, points=[PointT(1, 2), None]),  # type: ignore[list-item]
        replace(FRAME, corner=PointT(1e39, 0)),
        PointT(1, 2),
    ],
    ids=["short array", "long bytes", "list for bytes", "bool", "element", "float32", "another struct"],
)
def test_structs(frame: Any) -> None:
    for field in ("frame", "must_frame"):
        value = EverythingRequestT(references=replace(FULL_REFERENCES, **{field: frame}))
        with pytest.raises(PluginartError, match=rf"References\.{field} cannot be encoded as it is") as raised:
            codec.encode(codecs.write_everything_request, value)
        assert raised.value.code == ErrorCode.INVALID_PAYLOAD


def test_what_is_no_value_at_all() -> None:
    refused(None, "EverythingRequest must be an EverythingRequestT, not None")
    refused(7, "EverythingRequest must be an EverythingRequestT, not the integer 7")
    refused(values.PingRequestT(), "EverythingRequest must be an EverythingRequestT, not a PingRequestT")


def test_huge_values_are_described_in_a_few_words() -> None:
    for field, value in (("i8", 1 << 100_000), ("i8", "x" * 100_000), ("f32", [1] * 100_000)):
        with pytest.raises(PluginartError) as raised:
            codec.encode(codecs.write_everything_request, EverythingRequestT(scalars=ScalarsT(**{field: value})))  # type: ignore[arg-type]
        assert len(raised.value.message) < 150


@pytest.mark.parametrize("empty", [values.PingRequestT()])
def test_a_table_without_fields_takes_only_its_own_value(empty: values.PingRequestT) -> None:
    assert codec.decode(codecs.read_ping_request, codec.encode(codecs.write_ping_request, empty)) == empty
