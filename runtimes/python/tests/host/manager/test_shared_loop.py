import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pluginart.host.manager.shared_loop import LoopEndedError, SharedLoop

from ..processes import wait_until


async def name_of_thread() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


def test_it_runs_until_it_is_over() -> None:
    loop = SharedLoop("shared")
    assert loop.run(name_of_thread) == "shared"
    assert not loop.end_if(lambda: False)
    assert loop.run(name_of_thread) == "shared"
    assert loop.end_if(lambda: True)
    assert "shared" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(LoopEndedError):
        loop.run(name_of_thread)
    assert loop.end_if(lambda: False)


def test_it_does_not_end_under_those_who_wait_for_something() -> None:
    loop = SharedLoop("shared")
    go = asyncio.Event()

    async def wait() -> str:
        await go.wait()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(loop.run, wait)
        wait_until("it waits", lambda: loop._users == 1)
        ending = pool.submit(loop.end_if, lambda: True)
        assert not ending.done()
        loop._thread.soon(go.set)
        assert waiting.result(30) == "done"
        assert ending.result(30)
