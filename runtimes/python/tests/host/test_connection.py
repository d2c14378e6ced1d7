import asyncio
import logging
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pluginart.errors import ErrorCode, HandshakeError
from pluginart.host import PluginEvent, UnresponsiveEvent
from pluginart.host.supervise.waiting_calls import MAX_WAITING_CALLS

from ..failures import failure_of
from .processes import is_running, until

Start = Callable[..., Any]


async def test_a_plugin_that_says_goaway_finishes_what_is_open_and_is_started_anew(
    started: Start, log: list[logging.LogRecord]
) -> None:
    echo = await started("plugin.mjs")
    pid = echo.pid
    open_call = echo.send("sleep 300")
    await until("the plugin is at work", lambda: any(record.getMessage() == "sleeping" for record in log))
    os.kill(pid, signal.SIGTERM)
    await until("it takes no new calls", lambda: echo.status.state != "ready")
    waiting = echo.send("hello")
    assert await open_call == "sleep 300"
    assert await waiting == "hello"
    assert echo.pid != pid
    assert "said that it takes no more calls" in str(echo.status.error)


async def test_silence_with_calls_open_is_told_first_and_ends_in_a_restart(started: Start) -> None:
    echo = await started("plugin.mjs", health_interval=1.0, unresponsive_timeout=3.0)
    pid = echo.pid
    events: list[PluginEvent] = []
    echo.manager.on_event(events.append)
    error = await failure_of(echo.send("spin"))
    assert error.code == ErrorCode.UNAVAILABLE
    assert re.search(r"gave no sign of life .*unresponsive_timeout.*; it was killed by SIGKILL", error.message)
    assert error.evidence is not None
    assert error.evidence.signal == "SIGKILL"
    told = [event for event in events if isinstance(event, UnresponsiveEvent)]
    assert [(event.plugin, event.open_calls, event.silence > 1.0) for event in told] == [("echo", 1, True)]
    assert not is_running(pid)
    assert await echo.send("hello") == "hello"
    assert echo.status.restarts == 1


@pytest.mark.parametrize("executable", ["plugin.mjs", "v1-plugin.mjs"])
async def test_honest_work_longer_than_the_pings_is_left_alone(executable: str, started: Start) -> None:
    echo = await started(executable, health_interval=0.5)
    pid = echo.pid
    assert await echo.send("spin-for 2500") == "spin-for 2500"
    assert (echo.pid, echo.status.restarts) == (pid, 0)


@pytest.mark.parametrize("executable", ["plugin.mjs", "v1-plugin.mjs"])
async def test_of_a_process_that_dies_the_next_one_gets_what_was_not_written_and_nothing_else(
    executable: str, started: Start
) -> None:
    echo = await started(executable)
    pid = echo.pid
    os.kill(pid, signal.SIGSTOP)
    written = echo.send("hang")
    # More than the socket and what may wait in it take.
    long = [echo.send("x" * 4_000_000) for _ in range(8)]
    await asyncio.sleep(0.2)
    unwritten = echo.send("hello")
    await asyncio.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    error = await failure_of(written)
    assert (error.code, error.retry_safe) == (ErrorCode.UNAVAILABLE, False)
    assert re.search(r"was killed by SIGKILL.* \(the call may have run\)$", error.message)
    assert await unwritten == "hello"
    assert echo.status.restarts == 1
    await asyncio.gather(*long, return_exceptions=True)


@pytest.mark.parametrize("executable", ["plugin.mjs", "v1-plugin.mjs"])
async def test_silence_without_calls_ends_in_a_restart_after_two_pings(executable: str, started: Start) -> None:
    echo = await started(executable, health_interval=0.5)
    pid = echo.pid
    os.kill(pid, signal.SIGSTOP)
    await until("it is found silent", lambda: echo.status.state != "ready")
    assert await echo.send("hello") == "hello"
    assert re.search(r"did not answer \d+ pings", str(echo.status.error))
    assert not is_running(pid)


async def test_a_version_1_call_that_was_given_up_on_costs_the_connection_and_nothing_else(started: Start) -> None:
    echo = await started("v1-plugin.mjs")
    pid = echo.pid
    assert (await failure_of(echo.send("hang", 0.05))).code == ErrorCode.DEADLINE_EXCEEDED
    assert await echo.send("hello") == "hello"
    assert (echo.pid, echo.status.restarts) == (pid, 0)


async def test_min_protocol_2_refuses_version_1(started: Start) -> None:
    error = await failure_of(started("v1-plugin.mjs", min_protocol=2))
    assert isinstance(error, HandshakeError)
    assert "speaks protocol version 1 only, and version 2 is demanded of it" in error.message


async def test_an_executable_that_once_spoke_version_2_is_not_accepted_as_version_1(
    started: Start, tmp_path: Path
) -> None:
    echo = await started("changes-version", max_restarts=1, env={"MARK": str(tmp_path / "mark")})
    assert echo.status.protocol == 2
    assert (await failure_of(echo.send("crash"))).code == ErrorCode.UNAVAILABLE
    assert "It spoke version 2 before" in str(await failure_of(echo.send("hello")))
    assert echo.status.state == "failed"


async def test_no_more_than_so_many_calls_wait_for_a_plugin(started: Start) -> None:
    echo = await started("plugin.mjs", restart_backoff_max=600.0)
    await failure_of(echo.send("crash"))
    await until("it is down", lambda: echo.status.state == "backoff")
    waiting = [echo.send("hello") for _ in range(MAX_WAITING_CALLS)]
    await until("they wait", lambda: echo.status.waiting_calls == MAX_WAITING_CALLS)
    assert (await failure_of(echo.send("hello"))).code == ErrorCode.RESOURCE_EXHAUSTED
    await echo.manager.shutdown()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {getattr(outcome, "code", None) for outcome in outcomes} == {ErrorCode.UNAVAILABLE}
