"""Our host against version 2 plugins that misbehave. What single frames do is in test_exchanges.py."""

import asyncio

import pytest

from pluginart.control import decode_call_meta
from pluginart.errors import ErrorCode, PluginartError, TransportError
from pluginart.session import CallMetadata

from ..host.processes import until
from ..peers.peer import v2_bytes
from .v2_host import (
    CALL,
    CANCEL,
    DESCRIBE,
    ERROR,
    PING,
    RESPONSE,
    code_of,
    error_bytes,
    opened,
    received,
    say,
    started,
)

pytestmark = pytest.mark.timeout(120)


async def test_answers_backwards_reach_their_calls() -> None:
    async with opened() as (session, peer):
        calls = started(session, 50)
        frames = [await received(peer) for _ in calls]
        await peer.send(b"".join(v2_bytes(RESPONSE, frame.stream, frame.body) for frame in reversed(frames)))
        assert await asyncio.gather(*calls) == [str(number) for number in range(50)]
        assert [frame.stream for frame in frames] == list(range(1, 101, 2))


async def test_a_call_given_up_on_keeps_its_stream_until_the_terminal() -> None:
    async with opened() as (session, peer):
        given, timed = asyncio.ensure_future(say(session, "given up")), asyncio.ensure_future(say(session, "t", 0.05))
        streams = [(await received(peer)).stream for _ in range(2)]
        given.cancel()
        assert await code_of(timed) == ErrorCode.DEADLINE_EXCEEDED
        assert given.cancelled()
        cancels = [await received(peer) for _ in range(2)]
        assert {(frame.type, frame.stream) for frame in cancels} == {(CANCEL, stream) for stream in streams}
        assert session.open_calls == 2
        calls = started(session, 3)
        frames = [await received(peer) for _ in calls]
        late = [v2_bytes(RESPONSE, stream, b"late") for stream in streams]
        await peer.send(b"".join([*late, *(v2_bytes(RESPONSE, frame.stream, frame.body) for frame in frames)]))
        assert await asyncio.gather(*calls) == ["0", "1", "2"]
        assert session.open_calls == 0


async def test_all_slots_held_by_calls_given_up_on() -> None:
    stuck: list[int] = []
    async with opened(max_concurrent_calls=4, on_stuck=stuck.append) as (session, peer):
        calls, waiting = started(session, 4, 0.05), asyncio.ensure_future(say(session, "waiting"))
        assert [await code_of(call) for call in calls] == [ErrorCode.DEADLINE_EXCEEDED] * 4
        assert await code_of(waiting) == ErrorCode.RESOURCE_EXHAUSTED
        assert await code_of(say(session, "one more")) == ErrorCode.RESOURCE_EXHAUSTED
        await asyncio.sleep(0)
        assert stuck == [4]
        frames = [await received(peer) for _ in range(8)]
        await peer.send(v2_bytes(RESPONSE, frames[0].stream))
        await asyncio.sleep(0.02)
        after = asyncio.ensure_future(say(session, "after"))
        frame = await received(peer)
        await peer.send(v2_bytes(RESPONSE, frame.stream, frame.body))
        assert await after == "after"


async def test_no_more_calls_are_sent_than_the_plugin_takes() -> None:
    async with opened(max_concurrent_calls=3) as (session, peer):
        calls = started(session, 10)
        for number in range(10):
            frame = await received(peer)
            assert (frame.body.decode(), session.open_calls <= 3) == (str(number), True)
            if number >= 2:
                await peer.send(v2_bytes(RESPONSE, frame.stream - 4, str(number - 2).encode()))
                await calls[number - 2]
        await peer.send(v2_bytes(RESPONSE, 17, b"8") + v2_bytes(RESPONSE, 19, b"9"))
        assert await asyncio.gather(*calls) == [str(number) for number in range(10)]


async def test_a_call_that_waits_is_given_up_on_without_a_word() -> None:
    async with opened(max_concurrent_calls=1) as (session, peer):
        first = asyncio.ensure_future(say(session, "first"))
        await asyncio.sleep(0)
        with pytest.raises(PluginartError) as caught:
            await say(session, "waiting", 0.03)
        assert (caught.value.code, caught.value.retry_safe) == (ErrorCode.DEADLINE_EXCEEDED, True)
        frame = await received(peer)
        await peer.send(v2_bytes(RESPONSE, frame.stream, b"answer") + v2_bytes(PING, 0, arg=1))
        assert await first == "answer"
        assert (await received(peer)).arg == 1


async def test_one_that_reads_nothing_calls_end_by_their_clock_and_what_waits_is_bounded() -> None:
    async with opened() as (session, _):
        payload = bytes(4_000_000)
        calls = [session.call(payload, timeout=0.5) for _ in range(100)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        codes = {outcome.code for outcome in outcomes if isinstance(outcome, PluginartError)}
        assert codes == {ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.DEADLINE_EXCEEDED}


async def test_one_that_is_silent_calls_and_pings_settle_with_the_session() -> None:
    async with opened() as (session, _):
        pending = [asyncio.ensure_future(say(session, "x")), asyncio.ensure_future(session.ping())]
        assert await code_of(say(session, "y", 0.05)) == ErrorCode.DEADLINE_EXCEEDED
        session.close(TransportError(ErrorCode.UNAVAILABLE, "over"))
        assert [await code_of(one) for one in pending] == [ErrorCode.UNAVAILABLE] * 2


async def test_a_request_too_large_is_not_sent_and_the_error_names_both_sizes() -> None:
    async with opened(max_message_bytes=1_024) as (session, peer):
        with pytest.raises(PluginartError, match=r"1025 bytes.*at most 1024") as caught:
            await session.call(bytes(1_025))
        assert (caught.value.code, caught.value.retry_safe) == (ErrorCode.RESOURCE_EXHAUSTED, False)
        call = asyncio.ensure_future(session.call(bytes(1_024)))
        assert len((await received(peer)).body) == 1_024
        call.cancel()


async def test_the_time_that_is_left_and_the_metadata_travel() -> None:
    async with opened() as (session, peer):
        metadata = CallMetadata(traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01", entries={"key": "value"})
        call = asyncio.ensure_future(session.call(b"x", timeout=1.5, metadata=metadata))
        frame = await received(peer)
        assert 1 <= frame.arg <= 1_500
        told = decode_call_meta(frame.metadata)
        assert told.traceparent == metadata.traceparent
        assert [(entry.key, entry.value) for entry in told.entries or []] == [("key", "value")]
        call.cancel()
        with pytest.raises(PluginartError) as caught:
            await session.call(b"x", metadata=CallMetadata(baggage="x" * 70_000))
        assert caught.value.code == ErrorCode.RESOURCE_EXHAUSTED


async def test_a_lone_call_leaves_at_once_and_others_of_its_turn_together() -> None:
    async with opened() as (session, peer):
        for _ in range(2):
            call = asyncio.ensure_future(say(session, "x"))
            await peer.send(v2_bytes(RESPONSE, (await received(peer)).stream, b"x"))
            assert await call == "x"
        calls = [session.call(b"y") for _ in range(3)]
        calls[0].send(None)
        assert peer.socket.recv(65_536) == v2_bytes(CALL, 5, b"y", arg=30_000)
        for call_behind in calls[1:]:
            call_behind.send(None)
        with pytest.raises(BlockingIOError):
            peer.socket.recv(65_536)
        await asyncio.sleep(0)
        assert len(peer.socket.recv(65_536)) == 2 * len(v2_bytes(CALL, 7, b"y"))
        for call_open in calls:
            call_open.close()


async def test_small_calls_pass_long_ones() -> None:
    async with opened() as (session, peer):
        long = [asyncio.ensure_future(session.call(bytes(3_000_000))) for _ in range(6)]
        await asyncio.sleep(0.02)
        small = asyncio.ensure_future(say(session, "small"))
        seen: dict[int, int] = {}
        while True:
            frame = await peer.frame()
            assert frame is not None
            if frame.body == b"small":
                break
            seen[frame.stream] = seen.get(frame.stream, 0) + len(frame.body)
        assert sum(seen.values()) < 6_000_000, "the small call waited for the long ones"
        await peer.send(v2_bytes(RESPONSE, frame.stream, b"small"))
        assert await small == "small"
        unfinished: set[int] = set()
        while sum(seen.values()) < 6 * 3_000_008:
            frame = await peer.frame()
            assert frame is not None
            seen[frame.stream] = seen.get(frame.stream, 0) + len(frame.body)
            unfinished = (unfinished | {frame.stream}) if frame.flags & 8 else unfinished - {frame.stream}
            assert len(unfinished) <= 4
        for call in long:
            call.cancel()


async def test_a_long_call_given_up_on_half_sent_is_abandoned() -> None:
    async with opened() as (session, peer):
        call = asyncio.ensure_future(session.call(bytes(4_000_000)))
        first = await peer.frame()
        assert first is not None
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        size = 0
        while (frame := await peer.frame()) is not None and frame.type != CANCEL:
            size += len(frame.body)
        assert frame is not None
        assert size < 4_000_000
        assert session.open_calls == 1
        await peer.send(error_bytes(ERROR, frame.stream, ErrorCode.CANCELLED, "the caller gave up", origin=2))
        await until("the stream is closed", lambda: session.open_calls == 0)


async def test_describe_by_one_that_cannot() -> None:
    async with opened() as (session, peer):
        asking = asyncio.ensure_future(session.describe())
        frame = await received(peer)
        assert frame.type == DESCRIBE
        await peer.send(error_bytes(ERROR, frame.stream, ErrorCode.UNIMPLEMENTED, "no"))
        assert await code_of(asking) == ErrorCode.UNIMPLEMENTED
