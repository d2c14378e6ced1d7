from collections.abc import Callable
from math import copysign

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pluginart import codec

from ..sample.rich import codecs
from ..sample.rich.rich_client import _REQUEST, _RESPONSE
from ..sample.rich.values import EverythingRequestT, ScalarsT
from .mutation import attempt
from .strategies import doubles, everything, floats

slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=slow)
@given(everything)
def test_any_value_comes_back(value: EverythingRequestT) -> None:
    data = codec.encode(codecs.write_everything_request, value)
    assert len(data) % 4 == 0
    back = codec.decode(codecs.read_everything_request, data)
    assert back == value
    assert codec.encode(codecs.write_everything_request, back) == data


@settings(max_examples=200, deadline=None, database=None)
@given(floats, doubles)
@example(-0.0, -0.0)
@example(0.0, 0.0)
def test_the_sign_of_any_number_comes_back(narrow: float, wide: float) -> None:
    value = EverythingRequestT(scalars=ScalarsT(f32=narrow, f64=wide))
    back = codec.decode(codecs.read_everything_request, codec.encode(codecs.write_everything_request, value)).scalars
    assert back is not None
    assert copysign(1, back.f32) == copysign(1, narrow)
    assert copysign(1, back.f64) == copysign(1, wide)


@settings(max_examples=1000, deadline=None, database=None)
@given(st.binary(max_size=200))
@pytest.mark.parametrize(
    "decode",
    [
        lambda data: codec.decode(codecs.read_everything_request, data),
        lambda data: codec.decode(codecs.read_vectors, data),
        lambda data: codec.decode(codecs.read_references, data),
        _REQUEST.read_head,
        lambda data: _RESPONSE.decode(data, 1, codecs.read_everything_response),
    ],
    ids=["everything", "vectors", "references", "call", "answer"],
)
def test_any_bytes_give_a_value_or_the_one_error(decode: Callable[[bytes], object], data: bytes) -> None:
    attempt(decode, data)
