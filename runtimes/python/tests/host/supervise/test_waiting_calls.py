import asyncio
from typing import cast

import pytest

from pluginart.errors import ErrorCode, PluginartError
from pluginart.host.supervise.waiting_calls import MAX_WAITING_CALLS, WaitingCalls
from pluginart.session.host_session import HostSession

from ...failures import failure_of

SESSION = cast(HostSession, object())


def waiting_calls() -> WaitingCalls:
    return WaitingCalls("echo", lambda: "is starting")


async def test_release_lets_all_through() -> None:
    waiting = waiting_calls()
    tasks = [asyncio.create_task(waiting.wait(timeout)) for timeout in (None, 60)]
    await asyncio.sleep(0)
    assert waiting.count == 2
    waiting.release(SESSION)
    assert await asyncio.gather(*tasks) == [SESSION, SESSION]
    assert waiting.count == 0


async def test_fail_refuses_all() -> None:
    waiting = waiting_calls()
    tasks = [asyncio.create_task(failure_of(waiting.wait(60))) for _ in range(2)]
    await asyncio.sleep(0)
    error = PluginartError(ErrorCode.UNAVAILABLE, "it will not come")
    waiting.fail(error)
    assert await asyncio.gather(*tasks) == [error, error]


@pytest.mark.parametrize("timeout", [0.01, 0, -1, float("nan")])
async def test_each_waits_up_to_its_own_deadline(timeout: float) -> None:
    waiting = waiting_calls()
    error = await failure_of(waiting.wait(timeout))
    assert (error.code, error.retry_safe) == (ErrorCode.DEADLINE_EXCEEDED, True)
    assert error.message == f'no answer within {timeout * 1_000:g} ms: plugin "echo" is starting'
    assert waiting.count == 0


async def test_one_that_is_cancelled_waits_no_longer() -> None:
    waiting = waiting_calls()
    task = asyncio.create_task(waiting.wait(None))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))
    assert waiting.count == 0


async def test_there_are_so_many_and_no_more() -> None:
    waiting = waiting_calls()
    tasks = [asyncio.create_task(waiting.wait(None)) for _ in range(MAX_WAITING_CALLS)]
    await asyncio.sleep(0)
    error = await failure_of(waiting.wait(None))
    assert error.code == ErrorCode.RESOURCE_EXHAUSTED
    assert error.message == '1000 calls wait already for plugin "echo", which is starting'
    waiting.release(SESSION)
    await asyncio.gather(*tasks)
