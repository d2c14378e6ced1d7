"""Our version 2 plugin under load: long answers, blocking handlers, hosts that do not read."""

import asyncio
import itertools
import resource
import struct
import threading
import time
from collections.abc import Iterable

import pytest

from pluginart.control import decode_plugin_error
from pluginart.errors import ErrorCode
from pluginart.session import CallContext

from ..peers.pairs import PluginUnderTest, echo
from ..peers.peer import Peer, following, v2_bytes

pytestmark = pytest.mark.timeout(120)

CALL, RESPONSE, ERROR, CANCEL, PING, PONG, DESCRIBE = 3, 4, 5, 6, 7, 8, 14
MORE = 8


async def test_a_long_answer_comes_in_fragments_that_others_come_between() -> None:
    large = b"a" * 4_000_000
    async with PluginUnderTest(lambda payload, _call: payload or large) as plugin:
        peer = await plugin.v2_peer()
        await peer.send(v2_bytes(CALL, 1))
        parts: list[bytes] = []
        between = 0
        stream = 3
        while True:
            frame = await peer.frame()
            assert frame is not None
            if frame.stream != 1:
                between += 1
                continue
            parts.append(frame.body if parts else frame.body[8:])
            if len(parts) == 1:
                assert struct.unpack_from("<Q", frame.body) == (4_000_000,)
            if not frame.flags & MORE:
                break
            await peer.send(v2_bytes(CALL, stream, b"small"))
            stream += 2
            await asyncio.sleep(0.002)
        assert b"".join(parts) == large
        assert between > 0, "no small answer came between the fragments"
        peer.close()


async def test_a_blocking_handler_stops_neither_pings_nor_other_calls() -> None:
    released = threading.Event()

    def handler(payload: bytes, _call: CallContext) -> bytes:
        if payload == b"block":
            released.wait(30)
        return payload

    async with PluginUnderTest(handler) as plugin:
        peer = await plugin.v2_peer()
        # Quick ones first, so that they are run in place and the one that blocks holds up its leader.
        for stream in range(1, 401, 2):
            await peer.send(v2_bytes(CALL, stream, b"quick"))
            assert (await following(peer, RESPONSE)).stream == stream
        calls = [v2_bytes(CALL, 1_001, b"block"), v2_bytes(CALL, 1_003, b"behind"), v2_bytes(PING, 0, arg=5)]
        await peer.send(b"".join(calls))
        seen = {(await peer.frame() or calls).type for _ in range(2)}  # type: ignore[union-attr]
        assert seen == {PONG, RESPONSE}
        await peer.send(v2_bytes(PING, 0, arg=6) + v2_bytes(CALL, 1_005, b"after"))
        assert {(await peer.frame() or calls).type for _ in range(2)} == {PONG, RESPONSE}  # type: ignore[union-attr]
        released.set()
        assert (await following(peer, RESPONSE)).body == b"block"
        peer.close()


async def test_no_more_handlers_run_at_once_than_there_are_workers() -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def handler(payload: bytes, _call: CallContext) -> bytes:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.002)
        with lock:
            running -= 1
        return payload

    async with PluginUnderTest(handler, workers=3) as plugin:
        peers = [await plugin.v2_peer() for _ in range(3)]
        for peer in peers:
            await peer.send(b"".join(v2_bytes(CALL, 2 * index + 1, b"x") for index in range(50)))
        for peer in peers:
            for _ in range(50):
                await following(peer, RESPONSE)
            peer.close()
        assert most == 3


MB = 1_000_000


@pytest.mark.parametrize("kind", ["coroutine", "thread"])
async def test_a_host_that_reads_slowly_gets_more_answers_than_may_wait(kind: str) -> None:
    runs = 0

    def answer(payload: bytes, _call: CallContext) -> bytes:
        nonlocal runs
        runs += 1
        return payload * MB

    async def answer_later(payload: bytes, call: CallContext) -> bytes:
        await asyncio.sleep(0)
        return answer(payload, call)

    async with PluginUnderTest(answer if kind == "thread" else answer_later, workers=1) as plugin:
        peer = await plugin.v2_peer()
        streams = range(1, 241, 2)
        calls = [v2_bytes(CALL, stream, bytes([stream])) for stream in streams]
        await peer.send(b"".join(calls[:60]))
        await asyncio.sleep(0.5)
        runs_of_first = runs
        await peer.send(b"".join(calls[60:]))
        await asyncio.sleep(0.5)
        assert runs == runs_of_first, "no handler begins while so much waits"
        answered: set[int] = set()
        while len(answered) < len(streams):
            frame = await following(peer, RESPONSE)
            assert frame.body == bytes([frame.stream]) * MB
            answered.add(frame.stream)
            if frame.stream % 10 == 1:
                await asyncio.sleep(0.005)
        assert runs == len(streams)
        await peer.send(v2_bytes(PING, 0, arg=7))
        assert (await following(peer, PONG)).arg == 7
        assert plugin.errors == []
        peer.close()


async def test_of_a_host_that_reads_slowly_calls_given_up_on_or_too_late_do_not_run_any_more() -> None:
    ran: list[bytes] = []

    async def answer(payload: bytes, _call: CallContext) -> bytes:
        ran.append(payload)
        return bytes(MB)

    async with PluginUnderTest(answer) as plugin:
        peer = await plugin.v2_peer()
        await peer.send(b"".join(v2_bytes(CALL, stream, b"long") for stream in range(1, 121, 2)))
        await asyncio.sleep(0.5)
        late = v2_bytes(CALL, 201, b"too late", arg=20)
        given_up = v2_bytes(CALL, 203, b"given up") + v2_bytes(CANCEL, 203)
        await peer.send(late + given_up + v2_bytes(CALL, 205, b"last"))
        await asyncio.sleep(0.2)
        for code in (ErrorCode.DEADLINE_EXCEEDED, ErrorCode.CANCELLED):
            assert decode_plugin_error((await following(peer, ERROR)).body).code == code
        assert (await following(peer, RESPONSE)).stream == 205
        assert set(ran) == {b"long", b"last"}
        peer.close()


async def flood(peer: Peer, pieces: Iterable[bytes]) -> None:
    """Send without reading for as long as the plugin bears it."""
    loop = asyncio.get_running_loop()
    for piece in pieces:
        await asyncio.wait_for(loop.sock_sendall(peer.socket, piece), 60)
        await asyncio.sleep(0)


async def test_a_host_that_makes_calls_without_end_and_reads_nothing_breaks_the_protocol() -> None:
    async with PluginUnderTest() as plugin:
        peer = await plugin.v2_peer()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            await flood(peer, (v2_bytes(CALL, stream, bytes(MB)) for stream in range(1, 100_000, 2)))
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 900_000
        assert [error.code for error in plugin.errors] == [ErrorCode.PROTOCOL_VIOLATION]
        peer.close()


BEGUN = v2_bytes(CALL, 1, bytes.fromhex("0900000000000000"), flags=MORE)
FLOODS = {
    "PINGs": v2_bytes(PING, 0, arg=1) * 10_000,
    "DESCRIBEs": v2_bytes(DESCRIBE, 1) * 10_000,
    "calls given up on half sent": (BEGUN + v2_bytes(CANCEL, 1)) * 10_000,
}


@pytest.mark.parametrize("what", FLOODS)
async def test_a_host_that_sends_and_reads_nothing_is_cut_off(what: str) -> None:
    async def answer(payload: bytes, call: CallContext) -> bytes:
        return echo(payload, call)

    async with PluginUnderTest(answer) as plugin:
        peer = await plugin.v2_peer()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            await flood(peer, itertools.repeat(FLOODS[what]))
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000
        assert plugin.errors == [], "no violation"
        peer.close()
