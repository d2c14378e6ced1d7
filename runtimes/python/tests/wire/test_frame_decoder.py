import tracemalloc
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import pytest

from pluginart.errors import PluginartError
from pluginart.wire.frame import Frame
from pluginart.wire.frame_decoder import DecoderMode, FrameDecoder

from ..peers.vectors import bytes_of, pieces, read_vectors, title

V1_FRAMES = read_vectors("v1-frames.json")["frames"]
V2_FRAMES = read_vectors("v2-frames.json")["frames"]
MALFORMED = read_vectors("malformed-frames.json")["malformed"]
INCOMPLETE = read_vectors("malformed-frames.json")["incomplete"]

# Beyond this a vector goes in pieces of 1,000 bytes, not one.
BYTE_BY_BYTE_LIMIT = 20_000


class Decoded(NamedTuple):
    frames: list[Frame]
    error: PluginartError | None


def decode(mode: DecoderMode, chunks: Iterable[bytes]) -> Decoded:
    decoder = FrameDecoder()
    decoder.set_mode(mode)
    frames: list[Frame] = []
    for chunk in chunks:
        frames += decoder.push(chunk)
    return Decoded(frames, decoder.error)


def check(decoded: Decoded, expected: list[dict[str, Any]], code: int | None) -> None:
    assert (None if decoded.error is None else decoded.error.code) == code
    assert len(decoded.frames) == len(expected)
    for frame, vector in zip(decoded.frames, expected, strict=True):
        frame_type, flags, metadata_bytes, stream, arg, payload = frame
        assert frame_type == vector["type"]
        assert (flags, stream, arg) == (vector.get("flags", 0), vector.get("stream", 0), vector.get("arg", 0))
        assert payload[:metadata_bytes] == bytes_of(vector.get("metadata", ""))
        assert payload[metadata_bytes:] == bytes_of(vector.get("body", vector.get("payload", "")))


@pytest.mark.parametrize("vector", [*V1_FRAMES, *V2_FRAMES, *MALFORMED, *INCOMPLETE], ids=title)
def test_a_vector_whole_and_byte_by_byte(vector: dict[str, Any]) -> None:
    laid = bytes_of(vector["bytes"])
    code = vector.get("error", {}).get("code")
    check(decode(vector["mode"], [laid]), vector["frames"], code)
    length = 1_000 if len(laid) > BYTE_BY_BYTE_LIMIT else 1
    check(decode(vector["mode"], pieces(laid, length)), vector["frames"], code)


@pytest.mark.parametrize(("mode", "vectors"), [("v1", V1_FRAMES), ("v2", V2_FRAMES)])
def test_all_in_one_read_and_in_pieces_of_many_lengths(
    mode: Literal["v1", "v2"], vectors: list[dict[str, Any]]
) -> None:
    valid = [vector for vector in vectors if vector["mode"] == mode]
    everything = b"".join(bytes_of(vector["bytes"]) for vector in valid)
    frames = [frame for vector in valid for frame in vector["frames"]]
    check(decode(mode, [everything]), frames, None)
    for length in (7, 16, 17, 4_096, 65_537):
        if length > 17 or len(everything) < 3_000_000:
            check(decode(mode, pieces(everything, length)), frames, None)


class TestHandshake:
    handshake = bytes_of(next(vector for vector in V1_FRAMES if vector["mode"] == "handshake")["bytes"])

    @staticmethod
    def following(mode: str) -> dict[str, Any]:
        vectors = V1_FRAMES if mode == "v1" else V2_FRAMES
        found: dict[str, Any] = next(vector for vector in vectors if vector["name"] == "three frames in one read")
        return found

    @pytest.mark.parametrize("mode", ["v1", "v2"])
    @pytest.mark.parametrize("length", [1, 1_000_000])
    def test_frames_behind_it_when_the_mode_is_told_at_once(self, mode: DecoderMode, length: int) -> None:
        vector = self.following(mode)
        decoder = FrameDecoder()
        seen: list[int] = []
        for chunk in pieces(self.handshake + bytes_of(vector["bytes"]), length):
            for frame in decoder.push(chunk):
                if not seen:
                    decoder.set_mode(mode)
                seen.append(frame[0])
            seen += [frame[0] for frame in decoder.push(b"")]
        assert seen == [1, *(frame["type"] for frame in vector["frames"])]

    @pytest.mark.parametrize("mode", ["v1", "v2"])
    def test_frames_behind_it_wait_until_the_mode_is_told(self, mode: DecoderMode) -> None:
        vector = self.following(mode)
        decoder = FrameDecoder()
        assert [frame[0] for frame in decoder.push(self.handshake)] == [1]
        assert not decoder.has_pending
        assert decoder.push(bytes_of(vector["bytes"])) == []
        assert decoder.has_pending
        decoder.set_mode(mode)
        assert [frame[0] for frame in decoder.push(b"")] == [frame["type"] for frame in vector["frames"]]
        assert not decoder.has_pending

    @pytest.mark.parametrize("more", [0, 1])
    def test_bytes_behind_it_are_seen_with_the_frame(self, more: int) -> None:
        decoder = FrameDecoder()
        decoder.push(self.handshake + bytes(more))
        assert decoder.has_pending == bool(more)

    def test_who_floods_is_not_collected(self) -> None:
        decoder = FrameDecoder()
        decoder.push(self.handshake)
        for _ in range(100):
            decoder.push(bytes(65_536))
        assert decoder.error is not None


def test_a_header_alone_makes_nobody_set_memory_aside() -> None:
    header = bytes_of(
        next(vector for vector in INCOMPLETE if vector["name"] == "a header of 4 MiB and silence")["bytes"]
    )
    tracemalloc.start()
    try:
        decoders = [FrameDecoder() for _ in range(100)]
        for decoder in decoders:
            decoder.set_mode("v1")
            decoder.push(header)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()
