"""How version 2 connections of our host end, and what their calls are told."""

import asyncio
import resource
from typing import Any

import pytest

from pluginart.control import decode_plugin_error
from pluginart.errors import ErrorCode, PluginartError, TransportError

from ..host.processes import until
from ..peers.peer import v2_bytes
from .v2_host import (
    CALL,
    GOAWAY,
    PING,
    RESPONSE,
    code_of,
    error_bytes,
    opened,
    received,
    say,
)

pytestmark = pytest.mark.timeout(120)


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
