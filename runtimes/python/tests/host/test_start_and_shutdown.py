"""Start and shutdown of a manager: what fails, what is cancelled, what comes in between."""

import asyncio
import re
from collections.abc import Callable

import pytest

from pluginart.errors import ErrorCode, HandshakeError, StartupError
from pluginart.host import (
    AsyncPluginManager,
    DockerLaunch,
    PluginEvent,
    PluginSpec,
    RestartEvent,
)

from ..failures import failure_of
from .processes import is_running, until
from .typescript_plugins import CONTRACT_HASH, plugin_spec, send

ManagerOf = Callable[..., AsyncPluginManager]


async def test_one_that_fails_stops_the_others_and_every_failure_is_listed(manager_of: ManagerOf) -> None:
    docker = PluginSpec(name="docker", launch=DockerLaunch(image="x"), contract_hash=CONTRACT_HASH)
    manager = manager_of(
        plugin_spec("good", "plugin.mjs"),
        plugin_spec("bad", "exits-at-once"),
        plugin_spec("worse", "ready-then-gone"),
        docker,
    )
    error = await failure_of(manager.start())
    assert isinstance(error, StartupError)
    assert error.message.startswith(
        '3 of 4 plugins did not start:\n- plugin "bad" exited with code 3 before it was ready'
    )
    for part in (
        "cannot open the database",
        'plugin "worse" printed READY, but then exited with code 4',
        "second thoughts",
        'plugin "docker" could not be started: ',
    ):
        assert part in error.message
    assert isinstance(error.__cause__, ExceptionGroup)
    assert len(error.__cause__.exceptions) == 3
    assert [one.state for one in manager.status()] == ["stopped"] * 4


async def test_ready_but_nobody_listens(manager_of: ManagerOf) -> None:
    error = await failure_of(manager_of(plugin_spec("deaf", "ready-but-deaf")).start())
    assert error.code == ErrorCode.STARTUP_FAILED
    assert re.search(r"printed READY, but nobody listens at unix:\S+: it has to print READY only once", error.message)


async def test_ready_but_built_from_another_contract_names_both_hashes(manager_of: ManagerOf) -> None:
    other = f"sha256:{'6' * 64}"
    error = await failure_of(manager_of(plugin_spec("other", "plugin.mjs", contract_hash=other)).start())
    assert isinstance(error, HandshakeError)
    assert (error.code, error.plugin) == (ErrorCode.CONTRACT_MISMATCH, "other")
    assert other in error.message
    assert CONTRACT_HASH in error.message


async def test_an_optional_plugin_may_fail_and_is_tried_again_until_it_is_given_up(manager_of: ManagerOf) -> None:
    manager = manager_of(
        plugin_spec("good", "plugin.mjs"),
        plugin_spec("bad", "exits-at-once", optional=True, max_restarts=2, restart_backoff_max=0.01),
    )
    events: list[PluginEvent] = []
    manager.on_event(events.append)
    await manager.start()
    assert await send(manager, "good", "hello") == "hello"
    # It waits while there is hope, and hears the reason when there is none.
    error = await failure_of(send(manager, "bad", "hello"))
    assert error.code == ErrorCode.UNAVAILABLE
    assert 'is not running, 3 failures in a row: plugin "bad" exited with code 3' in error.message
    assert error.evidence is not None
    assert error.evidence.exit_code == 3
    restarts = [event for event in events if isinstance(event, RestartEvent)]
    assert [(event.plugin, event.attempt, event.delay) for event in restarts] == [("bad", 1, 0.01), ("bad", 2, 0.01)]
    assert manager.status()[1].state == "failed"
    assert "exited with code 3" in str(await failure_of(manager.restart("bad")))


async def test_start_twice_is_one_start_and_start_works_again_after_a_shutdown(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    await asyncio.gather(manager.start(), manager.start())
    pid = manager.status()[0].pid
    await manager.start()
    assert manager.status()[0].pid == pid
    await asyncio.gather(manager.shutdown(), manager.shutdown())
    async with manager as same:
        assert same is manager
        assert manager.status()[0].pid != pid
        assert await send(manager, "echo", "hello") == "hello"
    assert manager.status()[0].state == "stopped"


async def test_a_shutdown_during_the_start_ends_both(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("slow", "never-ready"), plugin_spec("echo", "plugin.mjs"))
    start = asyncio.create_task(failure_of(manager.start()))
    await until("it starts", lambda: manager.status()[0].state == "starting")
    waiting = asyncio.create_task(failure_of(send(manager, "slow", "hello")))
    await until("echo is ready", lambda: manager.status()[1].state == "ready")
    await manager.shutdown()
    assert "was shut down while it started" in str(await start)
    assert (await waiting).code == ErrorCode.UNAVAILABLE
    assert [one.state for one in manager.status()] == ["stopped"] * 2


async def test_a_cancelled_start_leaves_nothing(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("slow", "never-ready"), plugin_spec("echo", "plugin.mjs"))
    start = asyncio.create_task(manager.start())
    await until("echo is ready", lambda: manager.status()[1].state == "ready")
    pid = manager.status()[1].pid
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert [one.state for one in manager.status()] == ["stopped"] * 2
    assert pid is not None
    assert not is_running(pid)


async def test_a_cancelled_shutdown_kills_what_is_left(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs", shutdown_timeout=600.0))
    await manager.start()
    open_call = asyncio.create_task(failure_of(send(manager, "echo", "hang", None)))
    await until("the call is open", lambda: manager.status()[0].open_calls == 1)
    pid = manager.status()[0].pid
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await manager.shutdown()
    assert pid is not None
    assert not is_running(pid)
    assert manager.status()[0].state == "stopped"
    assert (await open_call).code == ErrorCode.UNAVAILABLE


async def test_a_shutdown_during_a_backoff_does_not_wait_for_it(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("bad", "exits-at-once", optional=True, restart_backoff_max=600.0))
    await manager.start()
    assert manager.status()[0].state == "backoff"
    waiting = asyncio.create_task(failure_of(send(manager, "bad", "hello")))
    await until("it waits", lambda: manager.status()[0].waiting_calls == 1)
    await manager.shutdown()
    error = await waiting
    assert (error.code, error.retry_safe) == (ErrorCode.UNAVAILABLE, True)


async def test_open_calls_finish_before_a_shutdown_and_new_ones_are_refused(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    await manager.start()
    open_call = asyncio.create_task(send(manager, "echo", "sleep 300"))
    await until("the call is open", lambda: manager.status()[0].open_calls == 1)
    shutdown = asyncio.create_task(manager.shutdown())
    await until("it drains", lambda: manager.status()[0].state == "draining")
    assert "is shutting down" in str(await failure_of(send(manager, "echo", "hello")))
    assert await open_call == "sleep 300"
    await shutdown


@pytest.mark.parametrize("executable", ["plugin.mjs", "v1-plugin.mjs"])
async def test_a_call_settles_in_time_though_the_plugin_never_answers_and_the_shutdown_is_bounded(
    executable: str, manager_of: ManagerOf
) -> None:
    manager = manager_of(plugin_spec("echo", executable, shutdown_timeout=0.3))
    await manager.start()
    assert (await failure_of(send(manager, "echo", "hang", 0.05))).code == ErrorCode.DEADLINE_EXCEEDED
    cancelled = asyncio.create_task(send(manager, "echo", "hang", None))
    await asyncio.sleep(0.01)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    open_call = asyncio.create_task(failure_of(send(manager, "echo", "hang")))
    await asyncio.sleep(0.01)
    await manager.shutdown()
    assert re.search(r'plugin "echo" (was shut|is shutting) down', str(await open_call))


async def test_a_shutdown_has_the_last_word_over_a_restart(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    await manager.start()
    restart = asyncio.create_task(failure_of(manager.restart("echo")))
    await asyncio.sleep(0)
    await manager.shutdown()
    assert (await restart).code == ErrorCode.UNAVAILABLE
    assert manager.status()[0].state == "stopped"
    assert "the manager is not running" in str(await failure_of(manager.restart("echo")))
