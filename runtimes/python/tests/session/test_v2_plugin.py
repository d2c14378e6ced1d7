"""Our plugin against version 2 hosts that misbehave. What single frames do is in test_exchanges.py."""

import asyncio
import threading
import time
from collections import Counter

import pytest

from pluginart.control import OfferT, decode_description, decode_handshake_response, decode_plugin_error
from pluginart.errors import ErrorCode, PluginError
from pluginart.session import CallContext
from pluginart.session.proof import host_proof, plugin_proof

from ..peers.pairs import CONTRACT_HASH, OTHER_CONTRACT_HASH, TOKEN, PluginUnderTest, hold, request_bytes
from ..peers.peer import following, v2_bytes

pytestmark = pytest.mark.timeout(120)

CALL, RESPONSE, ERROR, CANCEL, PING, PONG, GOAWAY, DESCRIBE, DESCRIPTION = 3, 4, 5, 6, 7, 8, 12, 14, 15
MORE = 8
NONCE = bytes.fromhex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")


async def hold_async(_payload: bytes, _call: CallContext) -> bytes:
    await asyncio.sleep(3_600)
    return b""


async def test_the_right_proof_is_answered_by_the_right_proof() -> None:
    async with PluginUnderTest(token=TOKEN) as plugin:
        peer = plugin.connect()
        proof = host_proof(TOKEN, NONCE, CONTRACT_HASH)
        await peer.send(request_bytes(OfferT(versions=[2], nonce=NONCE, proof=proof)))
        frame = await peer.v1_frame()
        assert frame is not None
        accept = decode_handshake_response(frame[1]).accept
        assert accept is not None
        assert bytes(accept.proof or b"") == plugin_proof(TOKEN, NONCE, proof)
        peer.close()


@pytest.mark.parametrize("token", [None, TOKEN])
async def test_another_contract_names_both_hashes_after_the_proof_only(token: str | None) -> None:
    async with PluginUnderTest(token=token) as plugin:
        peer = plugin.connect()
        await peer.send(request_bytes(OfferT(versions=[2]), OTHER_CONTRACT_HASH))
        frame = await peer.v1_frame()
        assert frame is not None
        response = decode_handshake_response(frame[1])
        if token is None:
            assert response.code == ErrorCode.CONTRACT_MISMATCH
            assert response.accept is not None
            assert response.accept.contract_hash == CONTRACT_HASH
        else:
            assert (response.code, response.accept) == (ErrorCode.UNAUTHENTICATED, None)
        peer.close()


async def test_half_a_frame_and_silence_hurts_nobody_else() -> None:
    async with PluginUnderTest() as plugin:
        halfway, other = await plugin.v2_peer(), await plugin.v2_peer()
        call = v2_bytes(CALL, 1, b"hello")
        await halfway.send(call[:18])
        await other.send(v2_bytes(CALL, 1, b"x"))
        assert (await following(other, RESPONSE)).body == b"x"
        await halfway.send(call[18:])
        assert (await following(halfway, RESPONSE)).body == b"hello"
        halfway.close()
        other.close()


@pytest.mark.parametrize("handler", [hold, hold_async])
async def test_each_call_has_one_terminal_however_it_was_cancelled(handler: object) -> None:
    async with PluginUnderTest(handler, workers=100) as plugin:  # type: ignore[arg-type]
        peer = await plugin.v2_peer()
        streams = [2 * index + 1 for index in range(100)]
        frames = [
            v2_bytes(CALL, stream, b"x") + v2_bytes(CANCEL, stream) * (2 if stream % 3 == 0 else 1)
            for stream in streams
        ]
        await peer.send(b"".join(frames))
        ended: Counter[int] = Counter()
        while len(ended) < len(streams):
            frame = await following(peer, ERROR)
            error = decode_plugin_error(frame.body)
            assert (error.code, error.origin) == (ErrorCode.CANCELLED, 2)
            ended[frame.stream] += 1
        assert set(ended.values()) == {1}
        # All slots are free again.
        await peer.send(b"".join(v2_bytes(CALL, stream + 1_000) for stream in streams) + v2_bytes(PING, 0, arg=2))
        assert (await following(peer, PONG)).arg == 2
        assert plugin.handler_errors == []
        peer.close()


async def test_a_handler_that_goes_on_after_cancel_keeps_its_slot() -> None:
    def slow(payload: bytes, _call: CallContext) -> bytes:
        time.sleep(0.15)
        return payload

    async with PluginUnderTest(slow, max_concurrent_calls=1) as plugin:
        peer = await plugin.v2_peer()
        await peer.send(v2_bytes(CALL, 1, b"late") + v2_bytes(CANCEL, 1))
        terminal = await peer.frame()
        assert terminal is not None
        assert (terminal.stream, terminal.type in (RESPONSE, ERROR)) == (1, True)
        await peer.send(v2_bytes(CALL, 3, b"next"))
        assert (await following(peer, RESPONSE)).body == b"next"
        peer.close()


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_handler_sees_the_time_that_is_left_and_is_told_when_it_is_up(is_async: bool) -> None:
    seen: list[float | None] = []

    def blocking(payload: bytes, call: CallContext) -> bytes:
        seen.append(call.remaining)
        return hold(payload, call)

    async def waiting(payload: bytes, call: CallContext) -> bytes:
        seen.append(call.remaining)
        return await hold_async(payload, call)

    async with PluginUnderTest(waiting if is_async else blocking) as plugin:
        peer = await plugin.v2_peer()
        await peer.send(v2_bytes(CALL, 1, arg=60))
        error = decode_plugin_error((await following(peer, ERROR)).body)
        assert (error.code, error.origin) == (ErrorCode.DEADLINE_EXCEEDED, 2)
        assert seen[0] is not None
        assert 0 < seen[0] <= 0.06
        peer.close()


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_handlers_failure_has_code_retry_origin_and_details(is_async: bool) -> None:
    def blocking(_payload: bytes, _call: CallContext) -> bytes:
        raise PluginError("as told", code=42, retry=True, details=b"more")

    async def waiting(payload: bytes, call: CallContext) -> bytes:
        return blocking(payload, call)

    async with PluginUnderTest(waiting if is_async else blocking) as plugin:
        peer = await plugin.v2_peer()
        await peer.send(v2_bytes(CALL, 1, b"x"))
        error = decode_plugin_error((await following(peer, ERROR)).body)
        assert (error.code, error.message, error.retry, error.origin) == (42, "as told", True, 1)
        assert bytes(error.details or b"") == b"more"
        peer.close()


@pytest.mark.parametrize(("answer", "sentence"), [(None, "NoneType"), ("text", "str"), (7, "int")])
async def test_a_handler_that_returns_no_bytes_is_told_what(answer: object, sentence: str) -> None:
    async with PluginUnderTest(lambda _payload, _call: answer) as plugin:  # type: ignore[arg-type]
        peer = await plugin.v2_peer()
        await peer.send(v2_bytes(CALL, 1, b"x"))
        error = decode_plugin_error((await following(peer, ERROR)).body)
        assert error.message == f"the handler returned {sentence}, expected bytes"
        peer.close()


async def test_an_answer_too_large_for_the_host_becomes_an_error_that_names_both_sizes() -> None:
    async with PluginUnderTest(lambda _payload, _call: bytes(2_000)) as plugin:
        peer = await plugin.v2_peer(max_message_bytes=1_999)
        await peer.send(v2_bytes(CALL, 1, b"x"))
        error = decode_plugin_error((await following(peer, ERROR)).body)
        assert error.code == ErrorCode.RESOURCE_EXHAUSTED
        assert "2000" in error.message
        assert "1999" in error.message
        peer.close()


async def test_a_schema_is_told_where_the_host_takes_it() -> None:
    schema = "namespace echo;\n" * 200
    async with PluginUnderTest(schema=schema) as plugin:
        peer, small = await plugin.v2_peer(), await plugin.v2_peer(max_message_bytes=1_024)
        await peer.send(v2_bytes(DESCRIBE, 1))
        told = decode_description((await following(peer, DESCRIPTION)).body)
        assert (told.schema, told.contract_hash) == (schema, CONTRACT_HASH)
        await small.send(v2_bytes(DESCRIBE, 1))
        assert decode_plugin_error((await following(small, ERROR)).body).code == ErrorCode.RESOURCE_EXHAUSTED
        await small.send(v2_bytes(CALL, 3, b"x"))
        assert (await following(small, RESPONSE)).body == b"x"
        peer.close()
        small.close()


async def test_a_call_after_goaway_is_refused_safe_to_retry_and_what_was_open_is_answered() -> None:
    begun, refused = asyncio.Event(), asyncio.Event()

    async def handler(payload: bytes, _call: CallContext) -> bytes:
        begun.set()
        await refused.wait()
        return payload

    async with PluginUnderTest(handler) as plugin:
        peer = await plugin.v2_peer()
        await peer.send(v2_bytes(CALL, 1, b"open"))
        await begun.wait()
        draining = asyncio.ensure_future(plugin.server.drain())
        assert decode_plugin_error((await following(peer, GOAWAY)).body).code == ErrorCode.UNAVAILABLE
        await peer.send(v2_bytes(CALL, 3, b"late"))
        refusal = decode_plugin_error((await following(peer, ERROR)).body)
        assert (refusal.code, refusal.retry, refusal.origin) == (ErrorCode.UNAVAILABLE, True, 2)
        refused.set()
        assert (await following(peer, RESPONSE)).body == b"open"
        await draining
        await peer.closed()
        peer.close()


async def test_a_plugin_stops_soon_although_handlers_of_cancelled_calls_do_not_return() -> None:
    released = threading.Event()

    def handler(payload: bytes, _call: CallContext) -> bytes:
        released.wait(30)
        return payload

    async with PluginUnderTest(handler) as plugin:
        peer = await plugin.v2_peer()
        await peer.send(v2_bytes(CALL, 1, b"x") + v2_bytes(CANCEL, 1) + v2_bytes(PING, 0, arg=1))
        await following(peer, PONG)
        await asyncio.wait_for(plugin.server.drain(), 20)
        released.set()
        peer.close()


@pytest.mark.parametrize("is_async", [False, True])
async def test_handlers_are_told_when_their_host_is_gone(is_async: bool) -> None:
    begun, told = threading.Event(), threading.Event()

    def blocking(_payload: bytes, call: CallContext) -> bytes:
        begun.set()
        if call.wait_cancelled(30):
            told.set()
        return b""

    async def waiting(_payload: bytes, _call: CallContext) -> bytes:
        begun.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            told.set()
            raise
        return b""

    async with PluginUnderTest(waiting if is_async else blocking) as plugin:
        peer = await plugin.v2_peer()
        await peer.send(v2_bytes(CALL, 1))
        assert await asyncio.to_thread(begun.wait, 30)
        peer.close()
        assert await asyncio.to_thread(told.wait, 30)
