"""Our host against version 2 plugins that misbehave. What single frames do is in test_exchanges.py."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pluginart.control import PluginErrorT, decode_call_meta, decode_plugin_error, encode_plugin_error
from pluginart.errors import ErrorCode, PluginartError, TransportError
from pluginart.session import CallMetadata, HostSession

from ..host.processes import until
from ..peers.pairs import accept_bytes, open_host
from ..peers.peer import Peer, PeerFrame, v2_bytes

pytestmark = pytest.mark.timeout(120)

CALL, RESPONSE, ERROR, CANCEL, PING, GOAWAY, DESCRIBE = 3, 4, 5, 6, 7, 12, 14


def error_bytes(frame_type: int, stream: int, code: int, message: str, **more: Any) -> bytes:
    body = bytes(encode_plugin_error(PluginErrorT(code=code, message=message, **more)))
    return v2_bytes(frame_type, stream, body)


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[tuple[HostSession, Peer]]:
    accept = {name: options.pop(name) for name in ("max_concurrent_calls", "max_message_bytes") if name in options}
    async with open_host(accept_bytes(**accept), **options) as (session, peer):
        yield session, peer


async def say(session: HostSession, what: str, timeout: float | None = None) -> str:
    return (await session.call(what.encode(), timeout=timeout)).decode()


async def received(peer: Peer) -> PeerFrame:
    frame = await peer.message()
    assert frame is not None
    return frame


async def code_of(pending: Any) -> int:
    with pytest.raises(PluginartError) as caught:
        await pending
    return caught.value.code


def started(session: HostSession, count: int, timeout: float | None = None) -> "list[asyncio.Task[str]]":
    return [asyncio.ensure_future(say(session, str(number), timeout)) for number in range(count)]


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


async def test_garbage_ends_the_connection_and_tells_why() -> None:
    async with opened() as (session, peer):
        call = asyncio.ensure_future(say(session, "x"))
        await received(peer)
        await peer.send(b"\xff" * 32)
        assert await code_of(call) == ErrorCode.PROTOCOL_VIOLATION
        goaway = await received(peer)
        told = decode_plugin_error(goaway.body)
        assert (goaway.type, told.code) == (GOAWAY, ErrorCode.PROTOCOL_VIOLATION)
        assert "V2-F3" in told.message
        assert await peer.frame() is None


@pytest.mark.parametrize("blocking", [False, True])
async def test_a_closed_connection_fails_what_is_open_not_safe_to_retry(blocking: bool) -> None:
    losses: list[PluginartError] = []
    async with opened(on_lost=losses.append) as (session, peer):
        calls: list[Any] = [
            asyncio.ensure_future(asyncio.to_thread(session.call_blocking, b"x") if blocking else session.call(b"x"))
            for _ in range(5)
        ]
        for _ in calls:
            await received(peer)
        peer.close()
        for outcome in await asyncio.gather(*calls, return_exceptions=True):
            assert isinstance(outcome, TransportError)
            assert (outcome.code, outcome.retry_safe) == (ErrorCode.UNAVAILABLE, False)
        with pytest.raises(TransportError) as caught:
            await say(session, "late")
        assert caught.value.retry_safe
        await asyncio.sleep(0)
        assert [loss.code for loss in losses] == [ErrorCode.UNAVAILABLE]


async def test_what_pending_calls_are_told_waits_for_the_explanation() -> None:
    known = asyncio.Event()

    async def explain(_loss: PluginartError) -> PluginartError:
        await known.wait()
        return TransportError(ErrorCode.UNAVAILABLE, "it exited with code 3", origin="process")

    async with opened(explain_loss=explain) as (session, peer):
        impatient = asyncio.ensure_future(say(session, "x", 0.1))
        patient = asyncio.ensure_future(say(session, "y"))
        await received(peer)
        peer.close()
        assert await code_of(impatient) == ErrorCode.DEADLINE_EXCEEDED
        assert not patient.done()
        known.set()
        with pytest.raises(TransportError, match="exited with code 3") as caught:
            await patient
        assert caught.value.origin == "process"


async def test_after_goaway_what_is_open_is_answered_and_nothing_new_is_sent() -> None:
    told: list[PluginartError] = []
    async with opened(on_goaway=told.append) as (session, peer):
        call = asyncio.ensure_future(say(session, "open"))
        frame = await received(peer)
        await peer.send(error_bytes(GOAWAY, 0, ErrorCode.UNAVAILABLE, "leaving"))
        await asyncio.sleep(0.02)
        with pytest.raises(PluginartError, match="leaving") as caught:
            await say(session, "new")
        assert (caught.value.code, caught.value.retry_safe) == (ErrorCode.UNAVAILABLE, True)
        await peer.send(v2_bytes(RESPONSE, frame.stream, b"open"))
        assert await call == "open"
        # Nothing is open any more, so this side ends the connection (V2-G5).
        await peer.closed()
        assert [reason.message for reason in told] == ["leaving"]


async def test_draining_says_goaway_and_waits_for_what_is_open() -> None:
    async with opened() as (session, peer):
        call = asyncio.ensure_future(say(session, "open"))
        frame = await received(peer)
        draining = asyncio.ensure_future(session.drain())
        assert (await received(peer)).type == GOAWAY
        with pytest.raises(PluginartError):
            await say(session, "new")
        assert not draining.done()
        await peer.send(v2_bytes(RESPONSE, frame.stream, b"open"))
        await draining
        assert await call == "open"


async def test_draining_ends_with_the_connection_though_a_call_was_given_up_on() -> None:
    async with opened() as (session, peer):
        assert await code_of(say(session, "x", 0.03)) == ErrorCode.DEADLINE_EXCEEDED
        peer.close()
        await until("the call is forgotten", lambda: session.open_calls == 0)
        await asyncio.wait_for(session.drain(), 20)


@pytest.mark.parametrize("frame", [v2_bytes(PING, 0, arg=1), v2_bytes(CALL, 2, b"x")], ids=["PINGs", "CALLs"])
async def test_a_flood_without_reading_is_cut_off_before_it_costs_much(frame: bytes) -> None:
    losses: list[PluginartError] = []
    async with opened(on_lost=losses.append) as (_, peer):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        while not losses:
            await peer.send(frame * 10_000)
            await asyncio.sleep(0)
        assert losses[0].code == ErrorCode.RESOURCE_EXHAUSTED
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


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
