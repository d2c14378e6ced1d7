import tracemalloc
from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluginart.errors import ErrorCode, TransportError
from pluginart.wire.fragment_assembler import FragmentAssembler
from pluginart.wire.frame import Frame
from pluginart.wire.frame_decoder import DecoderMode, FrameDecoder
from pluginart.wire.frame_rules import check_frame
from pluginart.wire.frame_v2 import PIECE_FLAGS, V2_HEADER

from ..peers.mutation import FUZZ_ROUNDS, chunks, mutate
from ..peers.vectors import bytes_of, pieces, read_exchanges, read_vectors

VECTORS = [*read_vectors("v1-frames.json")["frames"], *read_vectors("v2-frames.json")["frames"]]
MODES: tuple[DecoderMode, ...] = ("handshake", "v1", "v2")


def short(laid: list[bytes]) -> list[bytes]:
    return [data for data in laid if len(data) < 2_000]


STREAMS = {
    "handshake": short([bytes_of(vector["bytes"]) for vector in VECTORS]),
    "v1": short([bytes_of(vector["bytes"]) for vector in VECTORS if vector["mode"] == "v1"]),
    "v2": short(
        [bytes_of(vector["bytes"]) for vector in VECTORS if vector["mode"] == "v2"]
        + [bytes_of(exchange["bytes"]) for exchange in read_exchanges("plugin")]
    ),
}


def read(mode: DecoderMode, stream: Iterable[bytes]) -> int:
    """As a connection does: frames, and from version 2 on their rules and their fragments."""
    assembler = FragmentAssembler(4_096)
    decoder = FrameDecoder()
    decoder.set_mode(mode)
    size = 0
    for chunk in stream:
        for frame in decoder.push(chunk):
            frame_type, flags, metadata_bytes, stream_id, _, payload = frame
            size += len(payload)
            assert metadata_bytes <= len(payload)
            if mode != "v2" or not check_frame(frame_type, flags, stream_id) or not flags & PIECE_FLAGS:
                continue
            message = assembler.accept(frame, 0)
            assert message is None or len(message.body) <= 4_096
            assert len(assembler.unfinished) <= 4
        if decoder.error is not None:
            raise decoder.error
    return size


@pytest.mark.parametrize("mode", MODES)
def test_mutated_streams_give_frames_or_the_typed_error(mode: DecoderMode) -> None:
    outcomes: Counter[str] = Counter()
    tracemalloc.start()
    try:
        for seed in range(MODES.index(mode), FUZZ_ROUNDS, 3):
            random = Random(seed)
            some = b"".join(random.choice(STREAMS[mode]) for _ in range(1 + random.randrange(3)))
            stream = mutate(some, random)
            try:
                assert read(mode, chunks(stream, random)) <= len(stream), f"seed {seed}"
                outcomes["frames"] += 1
            except TransportError as error:
                assert error.code == ErrorCode.PROTOCOL_VIOLATION, f"seed {seed}"  # noqa: PT017
                outcomes["errors"] += 1
        # Enough for the longest message there can be, four times over.
        assert tracemalloc.get_traced_memory()[1] < 64_000_000
    finally:
        tracemalloc.stop()
    # Both happen, or the mutations are too tame or too wild to find anything.
    assert min(outcomes["frames"], outcomes["errors"]) > FUZZ_ROUNDS / 100, outcomes


@given(st.binary(max_size=300), st.sampled_from(MODES), st.integers(1, 40))
def test_any_bytes_in_any_pieces_give_the_same(data: bytes, mode: DecoderMode, length: int) -> None:
    def outcome(stream: Iterable[bytes]) -> tuple[list[Frame], bool]:
        decoder = FrameDecoder()
        decoder.set_mode(mode)
        frames = [frame for chunk in stream for frame in decoder.push(chunk)]
        return frames, decoder.error is not None

    assert outcome([data]) == outcome(pieces(data, length))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 255),
            st.integers(0, 63),
            st.integers(0, 2**32 - 1),
            st.integers(0, 2**32 - 1),
            st.binary(max_size=40),
        )
    ),
    st.integers(1, 40),
)
def test_what_is_written_is_read(frames: list[tuple[int, int, int, int, bytes]], length: int) -> None:
    written = b"".join(
        V2_HEADER.pack(len(payload), frame_type, flags, len(payload) // 2, stream, arg) + payload
        for frame_type, flags, stream, arg, payload in frames
    )
    decoder = FrameDecoder()
    decoder.set_mode("v2")
    seen = [frame for chunk in pieces(written, length) for frame in decoder.push(chunk)]
    assert decoder.error is None
    assert seen == [
        (frame_type, flags, len(payload) // 2, stream, arg, payload)
        for frame_type, flags, stream, arg, payload in frames
    ]


def test_fragments_without_end_and_without_bytes_fill_nothing() -> None:
    assembler = FragmentAssembler(1_000)
    assembler.accept((3, 8, 0, 1, 0, (1_000).to_bytes(8, "little")), 0)
    tracemalloc.start()
    try:
        for _ in range(100_000):
            assembler.accept((3, 24, 0, 1, 0, b""), 0)
        assert tracemalloc.get_traced_memory()[0] < 10_000
    finally:
        tracemalloc.stop()
