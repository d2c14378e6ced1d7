"""Our clients and plugins of ours, in this process and in others."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pluginart import CallContext, ErrorCode, PluginartError, TransportError, connect, connect_async
from pluginart.testing import in_memory_pair, in_memory_pair_async

from ..host.processes import open_descriptors
from ..peers.pairs import CONTRACT_HASH, OTHER_CONTRACT_HASH
from ..peers.processes import python_plugin, running_plugin

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def plugin() -> Iterator[str]:
    with running_plugin(python_plugin("commanded.py")) as running:
        yield running.address


@pytest.fixture(autouse=True)
def nothing_is_left(plugin: str) -> Iterator[None]:
    threads, descriptors = threading.active_count(), open_descriptors()
    yield
    limit = time.monotonic() + 20
    while (threading.active_count(), open_descriptors()) != (threads, descriptors):
        assert time.monotonic() < limit, (
            f"left: {threading.enumerate()}, {open_descriptors() - descriptors} descriptors"
        )
        time.sleep(0.01)


def test_64_threads_at_once(plugin: str) -> None:
    with connect(plugin, contract_hash=CONTRACT_HASH) as client, ThreadPoolExecutor(64) as pool:
        payloads = [f"{number} ".encode() * (number % 50) for number in range(3_000)]
        assert list(pool.map(client.call, payloads)) == payloads
        assert client.open_calls == 0


async def test_1000_tasks_at_once(plugin: str) -> None:
    async with await connect_async(plugin, contract_hash=CONTRACT_HASH) as client:
        payloads = [f"{number} ".encode() * (number % 50) for number in range(1_000)]
        assert await asyncio.gather(*[client.call(payload) for payload in payloads]) == payloads


def test_3_mb_beside_small_calls(plugin: str) -> None:
    large = os.urandom(3_000_000)
    with connect(plugin, contract_hash=CONTRACT_HASH) as client, ThreadPoolExecutor(8) as pool:
        long = [pool.submit(client.call, large) for _ in range(6)]
        for number in range(500):
            assert client.call(str(number).encode()) == str(number).encode()
        assert all(call.result() == large for call in long)


def test_a_call_that_takes_long_does_not_hold_up_others(plugin: str) -> None:
    with connect(plugin, contract_hash=CONTRACT_HASH) as client, ThreadPoolExecutor(1) as pool:
        for _ in range(200):
            client.call(b"quick")
        slow = pool.submit(client.call, b"sleep 1")
        for _ in range(200):
            client.call(b"quick")
            client.ping()
        assert not slow.done()
        assert slow.result() == b"sleep 1"


def test_a_call_beyond_its_time(plugin: str) -> None:
    with connect(plugin, contract_hash=CONTRACT_HASH) as client:
        with pytest.raises(PluginartError) as caught:
            client.call(b"hold", timeout=0.1)
        assert (caught.value.code, caught.value.retry_safe) == (ErrorCode.DEADLINE_EXCEEDED, False)
        assert client.call(b"x") == b"x"


def test_the_connections_own_time_for_calls(plugin: str) -> None:
    with connect(plugin, contract_hash=CONTRACT_HASH, call_timeout=0.1) as client:
        with pytest.raises(PluginartError) as caught:
            client.call(b"hold")
        assert caught.value.code == ErrorCode.DEADLINE_EXCEEDED
        assert client.call(b"sleep 0.3", timeout=None) == b"sleep 0.3"


async def test_a_cancelled_task_asks_the_plugin_to_stop() -> None:
    stopped = threading.Event()

    def handler(_payload: bytes, call: CallContext) -> bytes:
        if call.wait_cancelled(30):
            stopped.set()
        return b""

    async with await in_memory_pair_async(handler, CONTRACT_HASH) as client:
        call = asyncio.ensure_future(client.call(b"x"))
        await asyncio.sleep(0.02)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(stopped.wait, 30)


@pytest.mark.parametrize("delay", [0.005, 0.3])
def test_ctrl_c_ends_the_call_and_nothing_else(plugin: str, delay: float) -> None:
    with connect(plugin, contract_hash=CONTRACT_HASH) as client:
        timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012
            timer.start()
            client.call(b"hold", timeout=None)
        timer.join()
        assert client.call(b"x") == b"x"


def test_ctrl_c_at_any_moment_of_many_calls_leaves_a_client_that_works_or_says_why(plugin: str) -> None:
    for attempt in range(40):
        with connect(plugin, contract_hash=CONTRACT_HASH) as client:
            timer = threading.Timer(0.002 + attempt * 0.000_1, os.kill, (os.getpid(), signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):  # noqa: PT012
                timer.start()
                call_for_ever(client.call)
            timer.join()
            try:
                assert client.call(b"x", timeout=20) == b"x"
            except TransportError as error:
                assert "interrupted" in error.message  # noqa: PT017


def call_for_ever(call: object) -> None:
    number = 0
    while True:
        number += 1
        assert call(str(number).encode()) == str(number).encode()  # type: ignore[operator]


def test_closing_waits_for_what_is_open_and_then_takes_nothing(plugin: str) -> None:
    client = connect(plugin, contract_hash=CONTRACT_HASH)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(client.call, b"sleep 0.3")
        while client.open_calls == 0:
            time.sleep(0.01)
        client.close()
        assert slow.result() == b"sleep 0.3"
    with pytest.raises(PluginartError) as caught:
        client.call(b"x")
    assert (caught.value.code, caught.value.retry_safe) == (ErrorCode.UNAVAILABLE, True)
    client.close()


def test_an_error_in_the_block_does_not_wait_for_what_is_open(plugin: str) -> None:
    with (  # noqa: PT012
        ThreadPoolExecutor(1) as pool,
        pytest.raises(ZeroDivisionError),
        connect(plugin, contract_hash=CONTRACT_HASH) as client,
    ):
        held = pool.submit(client.call, b"sleep 2", timeout=None)
        while client.open_calls == 0:
            time.sleep(0.01)
        raise ZeroDivisionError
    with pytest.raises(TransportError):
        held.result()


def test_a_plugin_that_dies_fails_calls_of_threads_at_once() -> None:
    with running_plugin(python_plugin("commanded.py")) as running, ThreadPoolExecutor(8) as pool:
        with connect(running.address, contract_hash=CONTRACT_HASH) as client:
            calls = [pool.submit(client.call, b"hold", timeout=None) for _ in range(8)]
            while client.open_calls < 8:
                time.sleep(0.01)
            running.process.kill()
            for call in calls:
                with pytest.raises(TransportError) as caught:
                    call.result()
                assert (caught.value.code, caught.value.retry_safe) == (ErrorCode.UNAVAILABLE, False)
        # The module's fixture counts descriptors.
        running.process.wait()


def test_who_is_not_there_is_named() -> None:
    with pytest.raises(TransportError, match=r"cannot connect to unix:/nowhere/plugin\.sock: there is no such socket"):
        connect("/nowhere/plugin.sock", contract_hash=CONTRACT_HASH)
    with pytest.raises(TransportError, match=r"cannot connect to 127.0.0.1:1: nobody listens there \(ECONNREFUSED\)"):
        connect("127.0.0.1:1", contract_hash=CONTRACT_HASH)
    with pytest.raises(PluginartError, match='"nonsense" is no address'):
        connect("nonsense", contract_hash=CONTRACT_HASH)


def test_another_contract_names_both(plugin: str) -> None:
    with pytest.raises(PluginartError, match=f"{OTHER_CONTRACT_HASH}.*{CONTRACT_HASH}") as caught:
        connect(plugin, contract_hash=OTHER_CONTRACT_HASH)
    assert caught.value.code == ErrorCode.CONTRACT_MISMATCH


async def test_a_blocking_call_on_the_loops_own_thread_says_so() -> None:
    client = await in_memory_pair_async(lambda payload, _call: payload, CONTRACT_HASH)
    with pytest.raises(RuntimeError, match="would never end"):
        client._session.call_blocking(b"x")
    await client.close()


def test_within_a_running_loop_as_in_a_notebook() -> None:
    async def cell() -> bytes:
        with in_memory_pair(lambda payload, _call: payload.upper(), CONTRACT_HASH) as client:
            return client.call(b"shout")

    assert asyncio.run(cell()) == b"SHOUT"


def test_a_pair_in_memory_says_what_the_handler_raised() -> None:
    def handler(_payload: bytes, _call: CallContext) -> bytes:
        raise ValueError("no sense")

    with in_memory_pair(handler, CONTRACT_HASH) as client, pytest.raises(PluginartError, match="no sense") as caught:
        client.call(b"x")
    assert (caught.value.code, caught.value.origin) == (ErrorCode.APPLICATION, "remote")
