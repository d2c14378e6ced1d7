"""Our host against a version 1 plugin of somebody else's: PROTOCOL.md, section 4."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from pluginart.errors import ErrorCode, PluginartError, TransportError
from pluginart.session import CallEnvelope, HostSession, HostSessionOptions, Method, open_host_session
from pluginart.transport import dial_unix

from ..peers.pairs import CONTRACT_HASH, OTHER_CONTRACT_HASH, TOKEN
from ..peers.processes import peer_plugin, running_plugin

pytestmark = pytest.mark.timeout(60)

MIB = 1_048_576
OVER = TransportError(ErrorCode.UNAVAILABLE, "the test is over")


@pytest.fixture(scope="module")
def plugin() -> Iterator[str]:
    with running_plugin(peer_plugin("v1-plugin.ts")) as running:
        yield running.address


@contextlib.asynccontextmanager
async def opened(address: str, **options: Any) -> AsyncIterator[HostSession]:
    link = await dial_unix(address)
    chosen = {"plugin_name": "peer", "contract_hash": CONTRACT_HASH, **options}
    try:
        session = await open_host_session(link, HostSessionOptions(**chosen))
        try:
            yield session
        finally:
            session.close(OVER)
    finally:
        await link.wait_closed()


async def say(session: HostSession, what: str, timeout: float | None = None) -> str:
    """Something that the plugin takes for a command."""
    return (await session.call(what.encode(), timeout=timeout)).decode()


async def either(session: HostSession, blocking: bool, payload: bytes, timeout: float | None) -> bytes:
    """A call of a thread, or of a coroutine."""
    if blocking:
        return await asyncio.to_thread(session.call_blocking, payload, timeout=timeout)
    return await session.call(payload, timeout=timeout)


def refuse(_data: object) -> Any:
    raise ValueError("no sense in it")


def encode_nothing(_request: object, _envelope: CallEnvelope) -> bytes:
    return b""


UNREADABLE: Method[None, None] = Method(
    name="Read",
    service="Test",
    contract_hash=CONTRACT_HASH,
    idempotent=False,
    streaming="none",
    encode_call=encode_nothing,
    decode_response=refuse,
)


async def test_calls_in_order_and_a_ping(plugin: str) -> None:
    async with opened(plugin, token=TOKEN) as session:
        assert (session.protocol, session.peer_runtime) == (1, None)
        said = ["a", "sleep:20", "b", "c"]
        assert await asyncio.gather(*[say(session, what) for what in said]) == said
        assert await session.ping() >= 0
        assert session.open_calls == 0


async def test_calls_of_threads(plugin: str) -> None:
    async with opened(plugin) as session:
        payloads = [str(number).encode() for number in range(200)]
        answers = await asyncio.gather(*[asyncio.to_thread(session.call_blocking, payload) for payload in payloads])
        assert answers == payloads


async def test_a_failed_call_has_its_message_and_the_applications_code(plugin: str) -> None:
    async with opened(plugin) as session:
        with pytest.raises(PluginartError, match="no such thing") as caught:
            await say(session, "fail:no such thing")
        error = caught.value
        assert (error.code, error.plugin, error.origin) == (ErrorCode.APPLICATION, "peer", "remote")
        with pytest.raises(PluginartError) as caught:
            await say(session, "app-fail:42")
        assert caught.value.code == 42
        assert await say(session, "still here") == "still here"


@pytest.mark.parametrize("timeout", [-1, 0, math.nan])
async def test_a_timeout_that_has_passed_ends_the_call_at_once_unsent(plugin: str, timeout: float) -> None:
    async with opened(plugin) as session:
        with pytest.raises(PluginartError) as caught:
            await say(session, "a", timeout)
        assert (caught.value.code, caught.value.retry_safe) == (ErrorCode.DEADLINE_EXCEEDED, True)
        assert session.open_calls == 0


async def test_an_answer_that_does_not_decode_and_a_client_of_another_contract(plugin: str) -> None:
    async with opened(plugin) as session:
        expected = '"peer" answered Test.Read with bytes that do not decode: no sense in it'
        with pytest.raises(PluginartError, match=expected) as caught:
            await session.invoke(UNREADABLE, None)
        assert caught.value.code == ErrorCode.INVALID_PAYLOAD
        other: Method[None, None] = Method("Read", "Test", OTHER_CONTRACT_HASH, False, "none", encode_nothing, refuse)
        with pytest.raises(PluginartError) as caught:
            await session.invoke(other, None)
        assert caught.value.code == ErrorCode.CONTRACT_MISMATCH
        assert await say(session, "still here") == "still here"


async def test_a_ping_waits_for_the_open_call(plugin: str) -> None:
    async with opened(plugin) as session:
        call = asyncio.ensure_future(say(session, "sleep:150"))
        await asyncio.sleep(0)
        await session.ping()
        assert call.done()
        await call


async def test_a_call_given_up_on_does_not_give_its_answer_to_the_next(plugin: str) -> None:
    async with opened(plugin) as session:
        timed = asyncio.ensure_future(say(session, "sleep:1500", 0.1))
        cancelled = asyncio.ensure_future(say(session, "sleep:100"))
        following = [asyncio.ensure_future(say(session, what)) for what in ("x", "y")]
        with pytest.raises(PluginartError) as caught:
            await timed
        assert caught.value.code == ErrorCode.DEADLINE_EXCEEDED
        cancelled.cancel()
        assert await asyncio.gather(*following) == ["x", "y"]
        assert cancelled.cancelled()


async def test_a_call_given_up_on_that_is_never_answered_ends_the_connection_after_5_s(plugin: str) -> None:
    losses: list[PluginartError] = []
    async with opened(plugin, on_lost=losses.append) as session:
        with pytest.raises(PluginartError):
            await say(session, "hang", 0.02)
        following = asyncio.ensure_future(say(session, "x"))
        await asyncio.sleep(3)
        assert losses == []
        with pytest.raises(PluginartError) as caught:
            await following
        assert caught.value.retry_safe
        await asyncio.sleep(0.05)
        assert [loss.code for loss in losses] == [ErrorCode.UNAVAILABLE]


async def test_a_message_of_exactly_4_mib_and_one_byte_more(plugin: str) -> None:
    async with opened(plugin) as session:
        payload = b"a" * (4 * MIB)
        assert await session.call(payload) == payload
        with pytest.raises(PluginartError, match=r"4194305.*4194304") as caught:
            await session.call(payload + b"a")
        assert caught.value.code == ErrorCode.RESOURCE_EXHAUSTED
        with pytest.raises(PluginartError) as caught:
            await say(session, f"large:{4 * MIB + 1}")
        assert caught.value.code == ErrorCode.PROTOCOL_VIOLATION


@pytest.mark.parametrize("command", ["garbage", "unknown-type", "handshake", "bad-error"])
async def test_nonsense_in_place_of_an_answer_ends_the_connection_and_every_call(plugin: str, command: str) -> None:
    async with opened(plugin) as session:
        calls = [asyncio.ensure_future(say(session, what)) for what in (command, "never sent")]
        with pytest.raises(PluginartError) as caught:
            await calls[0]
        assert caught.value.code == ErrorCode.PROTOCOL_VIOLATION
        with pytest.raises(PluginartError) as caught:
            await calls[1]
        assert caught.value.retry_safe
        with pytest.raises(PluginartError):
            await say(session, "too late")


async def test_a_second_answer_ends_the_connection_before_it_can_answer_another(plugin: str) -> None:
    async with opened(plugin) as session:
        assert await say(session, "twice") == "twice"
        await asyncio.sleep(0.5)
        with pytest.raises(PluginartError):
            await say(session, "next")


@pytest.mark.parametrize("blocking", [False, True])
async def test_half_a_frame_and_silence_end_by_the_calls_clock(plugin: str, blocking: bool) -> None:
    async with opened(plugin) as session:
        with pytest.raises(PluginartError) as caught:
            await either(session, blocking, b"half", 0.1)
        assert caught.value.code == ErrorCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize("blocking", [False, True])
async def test_a_closed_connection_fails_the_open_call_not_safe_to_retry(plugin: str, blocking: bool) -> None:
    async with opened(plugin) as session:
        with pytest.raises(TransportError) as caught:
            await either(session, blocking, b"close", None)
        assert (caught.value.code, caught.value.retry_safe) == (ErrorCode.UNAVAILABLE, False)


async def test_closing_the_session_settles_whatever_is_open(plugin: str) -> None:
    async with opened(plugin) as session:
        pending = [
            asyncio.ensure_future(say(session, "hang")),
            asyncio.ensure_future(asyncio.to_thread(session.call_blocking, b"waits", timeout=None)),
            asyncio.ensure_future(session.ping()),
        ]
        await asyncio.sleep(0.05)
        session.close(OVER)
        outcomes = await asyncio.gather(*pending, return_exceptions=True)
        assert all(isinstance(outcome, PluginartError) for outcome in outcomes)


async def test_version_1_where_version_2_is_demanded(plugin: str) -> None:
    with pytest.raises(PluginartError, match="version 1") as caught:
        async with opened(plugin, min_protocol=2):
            pass
    assert caught.value.code == ErrorCode.PROTOCOL_VIOLATION


FAULTS = {
    "refuse": ErrorCode.CONTRACT_MISMATCH,
    "silence": ErrorCode.UNAVAILABLE,
    "close": ErrorCode.UNAVAILABLE,
    "garbage": ErrorCode.PROTOCOL_VIOLATION,
    "half-a-frame": ErrorCode.UNAVAILABLE,
    "wrong-type": ErrorCode.PROTOCOL_VIOLATION,
    "undecodable": ErrorCode.PROTOCOL_VIOLATION,
}


@pytest.mark.parametrize(("fault", "code"), FAULTS.items())
async def test_a_handshake_answered_by_nonsense(fault: str, code: ErrorCode) -> None:
    timeout = 0.15 if fault in ("silence", "half-a-frame") else 20.0
    command = peer_plugin("v1-plugin.ts", "--handshake", fault)
    with running_plugin(command) as running, pytest.raises(PluginartError) as caught:
        async with opened(running.address, handshake_timeout=timeout):
            pass
    assert caught.value.code == code


async def test_a_handshake_given_up_on() -> None:
    with running_plugin(peer_plugin("v1-plugin.ts", "--handshake", "silence")) as running:
        link = await dial_unix(running.address)
        options = HostSessionOptions(plugin_name="peer", contract_hash=CONTRACT_HASH)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(open_host_session(link, options), 0.05)
        await link.wait_closed()
