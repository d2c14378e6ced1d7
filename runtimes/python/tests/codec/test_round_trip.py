import math
from dataclasses import replace

import pytest

from pluginart import codec
from pluginart.errors import ErrorCode, PluginartError

from ..sample.rich import codecs, values
from ..sample.rich.values import EverythingRequestT, Level, NodeT, OptionalsT, PointT, ShapeNodeT, ShapeOtherT
from .rich_values import EVERYTHING, FRAME, FULL_REFERENCES, HIGH, LOW, POINT, chain


def encode(value: EverythingRequestT) -> bytes:
    return codec.encode(codecs.write_everything_request, value)


def there_and_back(value: EverythingRequestT) -> EverythingRequestT:
    return codec.decode(codecs.read_everything_request, encode(value))


def is_negative(number: float) -> bool:
    return math.copysign(1, number) < 0


@pytest.mark.parametrize("value", EVERYTHING, ids=range(len(EVERYTHING)))
def test_values_come_back_as_they_were(value: EverythingRequestT) -> None:
    assert there_and_back(value) == value


def test_numbers_that_equal_their_default_but_are_others_are_kept() -> None:
    scalars = there_and_back(EverythingRequestT(scalars=values.ScalarsT(f32=-0.0, f64=-0.0, f64_nan=0.0))).scalars
    assert scalars is not None
    assert is_negative(scalars.f32)
    assert is_negative(scalars.f64)
    assert scalars.f64_nan == 0.0
    absent = there_and_back(EverythingRequestT(scalars=values.ScalarsT())).scalars
    assert absent is not None
    assert not is_negative(absent.f32)
    assert math.isnan(absent.f64_nan)


def test_defaults_take_no_room() -> None:
    assert len(encode(EverythingRequestT(scalars=values.ScalarsT()))) < 32


def test_none_empty_and_zero_stay_apart() -> None:
    back = there_and_back(EverythingRequestT(optionals=OptionalsT(i32=0), vectors=values.VectorsT(i32s=[], bytes_=b"")))
    assert back.optionals == OptionalsT(i32=0)
    assert back.vectors is not None
    assert (back.vectors.i32s, back.vectors.strings, back.vectors.bytes_) == ([], None, b"")
    assert back.vectors.empty_default == []


def test_numbers_that_an_enum_does_not_name_stay_numbers() -> None:
    scalars = there_and_back(EverythingRequestT(scalars=replace(HIGH, level=99, wide=7))).scalars
    assert scalars is not None
    assert (type(scalars.level), scalars.level, type(scalars.wide), scalars.wide) == (int, 99, int, 7)
    # Nor does a number from a peer become one more member of a class, which would keep it for ever.
    assert there_and_back(EverythingRequestT(scalars=replace(HIGH, access=6))).scalars == replace(HIGH, access=6)
    known = there_and_back(EverythingRequestT(scalars=LOW)).scalars
    assert known is not None
    assert known.level is Level.Silent


@pytest.mark.parametrize(
    "shape",
    [OptionalsT(flag=True), POINT, "a label", ShapeNodeT(NodeT(name="x")), ShapeOtherT(NodeT(name="x"))],
    ids=["table", "struct", "string", "one of two", "the other of two"],
)
def test_unions_tell_their_members_apart(shape: values.ShapeT) -> None:
    references = replace(FULL_REFERENCES, shape=shape, must_shape=shape)
    back = there_and_back(
        EverythingRequestT(references=references, vectors=values.VectorsT(shapes=[shape, "x", shape]))
    )
    assert back.references == references
    assert back.vectors is not None
    assert back.vectors.shapes == [shape, "x", shape]


def test_sequences_and_buffers_of_any_kind_are_taken() -> None:
    vectors = values.VectorsT(
        i32s=range(3),
        strings=("a", "b"),
        points=(POINT,),
        shapes=("x", POINT),
        flags=(True,),
        bytes_=memoryview(b"abcdef")[::2],  # type: ignore[arg-type]
    )
    back = there_and_back(EverythingRequestT(vectors=vectors)).vectors
    assert back is not None
    assert (back.i32s, back.strings, back.points, back.shapes) == ([0, 1, 2], ["a", "b"], [POINT], ["x", POINT])
    assert (back.flags, back.bytes_) == ([True], b"ace")


def test_64_tables_within_each_other_are_the_most() -> None:
    deep = EverythingRequestT(node=chain(63))
    assert there_and_back(deep) == deep
    circle = NodeT(name="circle")
    circle.next = circle
    for node in (chain(64), circle):
        with pytest.raises(PluginartError, match="more than 64 tables") as raised:
            encode(EverythingRequestT(node=node))
        assert raised.value.code == ErrorCode.INVALID_PAYLOAD


def test_a_value_is_left_as_it_was() -> None:
    before = repr(EVERYTHING)
    for value in EVERYTHING:
        encode(value)
    assert repr(EVERYTHING) == before


def test_bits_of_a_struct_lie_where_the_schema_says() -> None:
    back = there_and_back(EverythingRequestT(references=replace(FULL_REFERENCES, frame=replace(FRAME, on=False))))
    assert back.references is not None
    assert back.references.frame == replace(FRAME, on=False)
    assert back.references.must_frame == FRAME
    assert back.references.point == PointT(1.5, -2.25)
