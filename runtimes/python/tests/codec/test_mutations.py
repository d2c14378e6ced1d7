import os
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from random import Random

from pluginart import codec

from ..sample.rich import codecs, values
from ..sample.rich.rich_client import _REQUEST, _RESPONSE
from .mutation import attempt, mutate
from .rich_values import EVERYTHING

ROUNDS = int(os.environ.get("PLUGINART_FUZZ", "50_000"))
SEED = int(os.environ.get("PLUGINART_SEED", "1"))

SMALL = values.EverythingRequestT(
    optionals=values.OptionalsT(),
    node=values.NodeT(name="a node", children=[values.NodeT(name="a child")]),
)


def size_of(value: object) -> int:
    """Count the bytes that a value takes at the very least: what a small message must not blow up."""
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, (list, tuple)):
        return len(value) + sum(size_of(each) for each in value)
    if is_dataclass(value):
        return sum(size_of(getattr(value, field.name)) for field in fields(value))
    return 0


def decode_everything(data: bytes) -> values.EverythingRequestT:
    return codec.decode(codecs.read_everything_request, data)


def fuzz(originals: Sequence[bytes], rounds: int, decode: Callable[[bytes], object]) -> None:
    """Feed mutated messages to a decoder; whatever else than a value or INVALID_PAYLOAD comes out is a failure."""
    random = Random(SEED)
    read = refused = 0
    slowest = 0.0
    for n in range(rounds):
        data = mutate(originals[n % len(originals)], random)
        started = time.process_time()
        try:
            is_value, value = attempt(decode, data)
        except Exception as error:
            raise AssertionError(f"round {n} of seed {SEED}: {data.hex()}") from error
        assert size_of(value) <= 16 * len(data) + 65_536
        read += is_value
        refused += not is_value
        slowest = max(slowest, time.process_time() - started)
    assert read > rounds // 50, f"{read} were read"
    assert refused > rounds // 50, f"{refused} were refused"
    assert slowest < 2, f"one took {slowest} s"


def test_mutated_messages_give_a_value_or_the_one_error() -> None:
    originals = [codec.encode(codecs.write_everything_request, value) for value in EVERYTHING]
    fuzz(originals, ROUNDS, decode_everything)


def test_and_so_do_mutated_calls() -> None:
    envelope = codec.CallEnvelope(2**63 + 1, 10**12, "trace", "spän")
    call = bytes(_REQUEST.encode(1, codecs.write_everything_request, SMALL, envelope))

    def decode(data: bytes) -> object:
        head = _REQUEST.read_head(data)
        return head, codec.decode_payload(codecs.read_everything_request, data, head.payload)

    fuzz([call], ROUNDS // 5, decode)


def test_and_so_do_mutated_answers() -> None:
    response = values.EverythingResponseT(everything=SMALL)
    answer = bytes(_RESPONSE.encode(1, codecs.write_everything_response, response, 2**63 + 1))
    fuzz([answer], ROUNDS // 5, lambda data: _RESPONSE.decode(data, 1, codecs.read_everything_response))


def test_memory_stays_in_bounds() -> None:
    originals = [codec.encode(codecs.write_everything_request, value) for value in EVERYTHING]
    random = Random(SEED)

    def decode_some(rounds: int) -> None:
        for n in range(rounds):
            attempt(decode_everything, mutate(originals[n % len(originals)], random))

    # What is remembered of vtables is full after a while.
    decode_some(3000)
    tracemalloc.start()
    try:
        decode_some(1500)
        retained, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20, f"{peak} bytes at the most"
    assert retained < 8 << 20, f"{retained} bytes stay"
