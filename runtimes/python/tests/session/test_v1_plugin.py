"""Our plugin against version 1 hosts, patient and not: PROTOCOL.md, section 4."""

import asyncio
import resource
import time

import pytest

from pluginart.control import (
    HandshakeResponseT,
    PingT,
    PluginErrorT,
    decode_handshake_response,
    decode_ping,
    decode_plugin_error,
    encode_ping,
)
from pluginart.errors import ErrorCode, PluginError
from pluginart.session import CallContext

from ..peers.pairs import OTHER_CONTRACT_HASH, TOKEN, PluginUnderTest, hold, request_bytes
from ..peers.peer import Peer, v1_bytes

pytestmark = pytest.mark.timeout(60)

MIB = 1_048_576
CALL, RESPONSE, ERROR, CANCEL, PING, PONG = 3, 4, 5, 6, 7, 8


def handler(payload: bytes, call: CallContext) -> bytes:
    """Does what it is told."""
    command, _, argument = payload[:32].decode("latin1").partition(":")
    if command == "sleep":
        time.sleep(int(argument) / 1_000)
    elif command == "large":
        return b"a" * int(argument)
    elif command == "fail":
        raise ValueError("thrown")
    elif command == "app-fail":
        raise PluginError("told", code=int(argument), retry=True)
    elif command == "hold":
        return hold(payload, call)
    return payload


async def async_handler(payload: bytes, call: CallContext) -> bytes:
    return handler(payload, call)


async def call(peer: Peer, payload: bytes) -> bytes | PluginErrorT:
    await peer.send(v1_bytes(CALL, payload))
    frame = await peer.v1_frame()
    assert frame is not None
    return frame[1] if frame[0] == RESPONSE else decode_plugin_error(frame[1])


def ping_bytes(seq: int) -> bytes:
    return v1_bytes(PING, bytes(encode_ping(PingT(seq=seq))))


@pytest.mark.parametrize("answer_with", [handler, async_handler])
async def test_calls_and_pings(answer_with: object) -> None:
    async with PluginUnderTest(answer_with) as plugin:  # type: ignore[arg-type]
        peer = await plugin.v1_peer()
        assert await call(peer, b"a") == b"a"
        assert await call(peer, b"") == b""
        await peer.send(ping_bytes(7))
        frame = await peer.v1_frame()
        assert frame is not None
        assert (frame[0], decode_ping(frame[1]).seq) == (PONG, 7)
        peer.close()


async def test_answers_strictly_in_the_order_asked_pong_included() -> None:
    async with PluginUnderTest(handler) as plugin:
        peer = await plugin.v1_peer()
        asked = [v1_bytes(CALL, b"sleep:60"), ping_bytes(1), v1_bytes(CALL, b"b"), ping_bytes(2), ping_bytes(3)]
        await peer.send(b"".join(asked))
        frames = [await peer.v1_frame() for _ in asked]
        assert [frame[0] for frame in frames if frame is not None] == [RESPONSE, PONG, RESPONSE, PONG, PONG]
        peer.close()


@pytest.mark.parametrize("first", [b"quick", b"sleep:100"])
@pytest.mark.parametrize("answer_with", [handler, async_handler])
async def test_thousands_of_calls_in_one_write(answer_with: object, first: bytes) -> None:
    async with PluginUnderTest(answer_with) as plugin:  # type: ignore[arg-type]
        peer = await plugin.v1_peer()
        payloads = [first, *(str(number).encode() for number in range(5_000))]
        sending = asyncio.ensure_future(peer.send(b"".join(v1_bytes(CALL, payload) for payload in payloads)))
        for payload in payloads:
            assert await peer.v1_frame() == (RESPONSE, payload)
        await sending
        peer.close()


async def test_failures_have_the_applications_own_code_and_1_for_all_else() -> None:
    async with PluginUnderTest(handler) as plugin:
        peer = await plugin.v1_peer()
        told = [await call(peer, command) for command in (b"fail", b"app-fail:42", b"app-fail:61450")]
        assert [(error.code, error.message, error.retry) for error in told if isinstance(error, PluginErrorT)] == [
            (1, "thrown", False),
            (42, "told", True),
            (1, "told", True),
        ]
        assert [str(error) for error in plugin.handler_errors] == ["thrown"]
        peer.close()


async def test_cancel_tells_the_handler_and_the_call_is_answered_once_all_the_same() -> None:
    async with PluginUnderTest(handler) as plugin:
        peer = await plugin.v1_peer()
        await peer.send(v1_bytes(CANCEL, b"") + v1_bytes(CALL, b"hold"))
        await asyncio.sleep(0.02)
        await peer.send(v1_bytes(CANCEL, b"\xff"))
        frame = await peer.v1_frame()
        assert frame is not None
        assert (frame[0], decode_plugin_error(frame[1]).code) == (ERROR, 1)
        assert await call(peer, b"next") == b"next"
        peer.close()


async def test_4_mib_both_ways_and_one_byte_more() -> None:
    async with PluginUnderTest(handler, max_message_bytes=100_000_000) as plugin:
        peer = await plugin.v1_peer()
        payload = b"x" * (4 * MIB)
        assert await call(peer, payload) == payload
        answer = await call(peer, f"large:{4 * MIB + 1}".encode())
        assert isinstance(answer, PluginErrorT)
        assert answer.code == 1
        assert "4194305" in answer.message
        assert "4194304" in answer.message
        assert await call(peer, b"still here") == b"still here"
        await peer.send(v1_bytes(CALL, payload + b"x"))
        assert await peer.v1_frame() is None
        peer.close()


@pytest.mark.parametrize(
    "nonsense",
    [b"HTTP/1.1", v1_bytes(9, b""), v1_bytes(RESPONSE, b""), v1_bytes(1, b""), v1_bytes(PING, b"\xff" * 16)],
)
async def test_nonsense_closes_without_a_word(nonsense: bytes) -> None:
    async with PluginUnderTest(handler) as plugin:
        peer = await plugin.v1_peer()
        await peer.send(nonsense)
        assert await peer.v1_frame() is None
        await asyncio.sleep(0.01)
        assert [error.code for error in plugin.errors] == [ErrorCode.PROTOCOL_VIOLATION]
        peer.close()


async def test_half_a_frame_and_silence_hurts_nobody_else() -> None:
    async with PluginUnderTest(handler) as plugin:
        halfway, other = await plugin.v1_peer(), await plugin.v1_peer()
        frame = v1_bytes(CALL, b"hello")
        await halfway.send(frame[:11])
        assert await call(other, b"x") == b"x"
        await halfway.send(frame[11:])
        assert await halfway.v1_frame() == (RESPONSE, b"hello")
        halfway.close()
        other.close()


@pytest.mark.parametrize("answer_with", [handler, async_handler])
async def test_a_host_that_does_not_read_is_held_back(answer_with: object) -> None:
    async with PluginUnderTest(answer_with) as plugin:  # type: ignore[arg-type]
        peer = await plugin.v1_peer()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        calls = v1_bytes(CALL, b"large:1000000") * 2_000
        sending = asyncio.ensure_future(peer.send(calls))
        await asyncio.sleep(0.5)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
        for _ in range(20):
            frame = await peer.v1_frame()
            assert frame is not None
            assert len(frame[1]) == 1_000_000
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        peer.close()


async def test_another_contract_is_refused_in_so_many_words_then_closed() -> None:
    async with PluginUnderTest(handler) as plugin:
        peer = plugin.connect()
        await peer.send(request_bytes(None, OTHER_CONTRACT_HASH))
        frame = await peer.v1_frame()
        assert frame is not None
        response = decode_handshake_response(frame[1])
        assert (response.ok, response.error) == (False, "contract hash mismatch")
        assert await peer.v1_frame() is None
        peer.close()


async def test_a_plugin_with_a_token_refuses_with_a_sentence_worth_printing() -> None:
    async with PluginUnderTest(handler, token=TOKEN) as plugin:
        peer = plugin.connect()
        await peer.send(request_bytes(None))
        frame = await peer.v1_frame()
        assert frame is not None
        response: HandshakeResponseT = decode_handshake_response(frame[1])
        assert response.error is not None
        assert "started for another host" in response.error
        assert "pluginart 0.1" in response.error
        peer.close()


@pytest.mark.parametrize("answer_with", [handler, async_handler])
async def test_draining_answers_what_is_open_and_only_then_closes(answer_with: object) -> None:
    async with PluginUnderTest(answer_with) as plugin:  # type: ignore[arg-type]
        peer = await plugin.v1_peer()
        await peer.send(v1_bytes(CALL, b"sleep:1500"))
        await asyncio.sleep(0.5)
        draining = asyncio.ensure_future(plugin.server.drain())
        assert await peer.v1_frame() == (RESPONSE, b"sleep:1500")
        assert await peer.v1_frame() is None
        await draining
        peer.close()
