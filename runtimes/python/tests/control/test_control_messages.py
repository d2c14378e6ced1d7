import dataclasses
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginart import control
from pluginart.errors import ErrorCode, PluginartError

from ..peers.mutation import FUZZ_ROUNDS, mutate
from ..peers.vectors import bytes_of, read_vectors

VECTORS = read_vectors("control-messages.json")

SNAKE = {
    "HandshakeRequest": "handshake_request",
    "HandshakeResponse": "handshake_response",
    "Ping": "ping",
    "PluginError": "plugin_error",
    "CallMeta": "call_meta",
    "Description": "description",
    # The same table.
    "Pong": "ping",
}
DECODERS = [getattr(control, f"decode_{name}") for name in sorted(set(SNAKE.values()))]


def codec(message: str) -> tuple[Any, Any]:
    return getattr(control, f"encode_{SNAKE[message]}"), getattr(control, f"decode_{SNAKE[message]}")


def title(vector: dict[str, Any]) -> str:
    return f"{vector['message']}: {vector['name']}"


def check_value(value: Any, expected: dict[str, Any]) -> None:
    """Compare the fields that a vector names; those it does not have their defaults."""
    defaults = {field.name: field.default for field in dataclasses.fields(value)}
    for name in defaults:
        actual = getattr(value, name)
        if name not in expected:
            assert actual == defaults[name]
        elif dataclasses.is_dataclass(actual):
            check_value(actual, expected[name])
        elif isinstance(actual, list) and actual and dataclasses.is_dataclass(actual[0]):
            for item, expected_item in zip(actual, expected[name], strict=True):
                check_value(item, expected_item)
        elif isinstance(actual, bytes | bytearray | memoryview):
            assert bytes(actual).hex() == expected[name]
        elif isinstance(expected[name], str) and isinstance(actual, int):
            assert str(int(actual)) == expected[name]
        else:
            assert actual == expected[name]


@pytest.mark.parametrize("vector", [v for v in VECTORS["messages"] if v["message"] in SNAKE], ids=title)
def test_a_message_is_read_and_written(vector: dict[str, Any]) -> None:
    encode, decode = codec(vector["message"])
    value = decode(bytes_of(vector["bytes"]))
    check_value(value, vector["value"])
    check_value(decode(bytes(encode(value))), vector["value"])


@pytest.mark.parametrize("vector", [v for v in VECTORS["malformed"] if v["message"] in SNAKE], ids=title)
def test_a_malformed_message_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(PluginartError) as caught:
        codec(vector["message"])[1](bytes_of(vector["bytes"]))
    assert caught.value.code == vector["error"]["code"]


def test_mutated_messages_give_a_value_or_the_typed_error() -> None:
    laid = [
        (codec(vector["message"])[1], bytes_of(vector["bytes"]))
        for vector in VECTORS["messages"]
        if vector["message"] in SNAKE
    ]
    values = 0
    for seed in range(FUZZ_ROUNDS):
        random = Random(seed)
        decode, data = random.choice(laid)
        try:
            decode(mutate(data, random))
            values += 1
        except PluginartError as error:
            assert error.code == ErrorCode.INVALID_PAYLOAD, f"seed {seed}"  # noqa: PT017
    assert FUZZ_ROUNDS / 100 < values < FUZZ_ROUNDS * 99 / 100


@given(st.binary(max_size=200), st.sampled_from(DECODERS))
def test_any_bytes_give_a_value_or_the_typed_error(data: bytes, decode: Any) -> None:
    try:
        decode(data)
    except PluginartError as error:
        assert error.code == ErrorCode.INVALID_PAYLOAD  # noqa: PT017


def test_frames_of_an_existing_implementation_are_read() -> None:
    messages = {1: "HandshakeRequest", 2: "HandshakeResponse", 5: "PluginError", 7: "Ping", 8: "Pong"}
    read = 0
    for vector in read_vectors("v1-captures.json")["frames"]:
        if vector["type"] in messages:
            check_value(codec(messages[vector["type"]])[1](bytes_of(vector["frame"])[9:]), vector["value"])
            read += 1
    assert read > 5
