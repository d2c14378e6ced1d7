import asyncio
import json
import logging
import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from pluginart.errors import ConfigError, ErrorCode, HandshakeError, PluginartError, StartupError
from pluginart.host import (
    AsyncPluginManager,
    DockerLaunch,
    PluginEvent,
    PluginSpec,
    RestartEvent,
    StateEvent,
)

from .processes import is_running, until
from .typescript_plugins import CONTRACT_HASH, plugin_spec

ManagerOf = Callable[..., AsyncPluginManager]


async def send(manager: AsyncPluginManager, plugin: str, command: str, timeout: float | None = 30) -> str:
    return (await manager.call(plugin, command.encode(), timeout=timeout)).decode()


async def failure_of(awaitable: Any) -> PluginartError:
    with pytest.raises(PluginartError) as caught:
        await awaitable
    return caught.value


async def test_plugins_of_both_transports_and_versions_are_started_called_and_stopped(manager_of: ManagerOf) -> None:
    manager = manager_of(
        plugin_spec("unix", "plugin.mjs"),
        plugin_spec("tcp", "plugin.mjs", transport="tcp"),
        plugin_spec("v1", "v1-plugin.mjs"),
    )
    await manager.start()
    status = manager.status()
    assert [(one.name, one.state, one.protocol, one.restarts) for one in status] == [
        ("unix", "ready", 2, 0),
        ("tcp", "ready", 2, 0),
        ("v1", "ready", 1, 0),
    ]
    assert [re.sub(r"\d+$", "", re.sub(".*/", "", one.address or "")) for one in status] == [
        "unix-1.sock",
        "127.0.0.1:",
        "v1-2.sock",
    ]
    for plugin in ("unix", "tcp", "v1"):
        assert await send(manager, plugin, "hello") == "hello"
        assert await manager.ping(plugin) > 0
    pids = [one.pid for one in status]
    await manager.shutdown()
    assert not any(is_running(pid) for pid in pids if pid is not None)
    assert [one.state for one in manager.status()] == ["stopped"] * 3
    error = await failure_of(send(manager, "unix", "hello"))
    assert (error.code, error.message, error.retry_safe) == (
        ErrorCode.UNAVAILABLE,
        'plugin "unix" was shut down',
        True,
    )


async def test_a_plugin_says_what_it_is(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("v2", "plugin.mjs"), plugin_spec("v1", "v1-plugin.mjs"))
    await manager.start()
    description = await manager.describe("v2")
    assert description.contract_hash == CONTRACT_HASH
    assert (description.runtime or "").startswith("pluginart-ts/")
    assert (await failure_of(manager.describe("v1"))).code == ErrorCode.UNIMPLEMENTED


async def test_a_plugin_is_configured_by_its_environment_and_sees_nothing_secret_of_it(
    manager_of: ManagerOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUGIN_LEFTOVER", "of the host")
    odd = {"A": "b", "odd.name-1": "x  y", "IFS": ","}
    manager = manager_of(plugin_spec("env", "plugin.mjs", cwd="/", env=odd))
    await manager.start()
    seen = json.loads(await send(manager, "env", "env"))
    assert seen["cwd"] == "/"
    assert seen["env"].items() >= odd.items()
    assert seen["env"]["HOME"] == os.environ["HOME"]
    assert [name for name in seen["env"] if name.startswith("PLUGIN_")] == ["PLUGIN_SOCKET"]


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


async def test_before_the_start_calls_say_what_to_do_and_unknown_names_what_there_is(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    error = await failure_of(send(manager, "echo", "x"))
    assert error.message == 'plugin "echo" has not been started: call start() first'
    unknown = await failure_of(send(manager, "ehco", "x"))
    assert isinstance(unknown, ConfigError)
    assert unknown.message == 'no plugin is named "ehco"; the configuration has "echo"'
    with pytest.raises(ConfigError, match='two plugins are named "echo"'):
        manager_of(plugin_spec("echo", "plugin.mjs"), plugin_spec("echo", "plugin.mjs"))


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


async def test_calls_that_come_while_a_plugin_restarts_wait_for_it_each_up_to_its_own_end(
    manager_of: ManagerOf,
) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs", restart_backoff_max=1.0))
    await manager.start()
    crash = await failure_of(send(manager, "echo", "crash"))
    assert "exited with code 7; its last words: panic: told to crash" in crash.message
    await until("it is out of the way", lambda: manager.status()[0].state == "backoff")
    patient = asyncio.create_task(send(manager, "echo", "hello"))
    hasty = asyncio.create_task(failure_of(send(manager, "echo", "hello", 0.05)))
    cancelled = asyncio.create_task(send(manager, "echo", "hello"))
    await until("they wait", lambda: manager.status()[0].waiting_calls == 3)
    cancelled.cancel()
    late = await hasty
    assert late.code == ErrorCode.DEADLINE_EXCEEDED
    assert 'no answer within 50 ms: plugin "echo" will be started again in' in late.message
    assert (await failure_of(send(manager, "echo", "hello", 0))).code == ErrorCode.DEADLINE_EXCEEDED
    assert await patient == "hello"
    assert cancelled.cancelled()
    assert manager.status()[0].restarts == 1


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


async def test_restart_replaces_a_running_plugin(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    await manager.start()
    pid = manager.status()[0].pid
    assert pid is not None
    restarting = asyncio.create_task(manager.restart("echo"))
    await until("it is on its way out", lambda: manager.status()[0].state != "ready")
    assert await send(manager, "echo", "hello") == "hello"
    await restarting
    assert manager.status()[0].pid != pid
    assert not is_running(pid)


async def test_a_shutdown_has_the_last_word_over_a_restart(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    await manager.start()
    restart = asyncio.create_task(failure_of(manager.restart("echo")))
    await asyncio.sleep(0)
    await manager.shutdown()
    assert (await restart).code == ErrorCode.UNAVAILABLE
    assert manager.status()[0].state == "stopped"
    assert "the manager is not running" in str(await failure_of(manager.restart("echo")))


async def test_what_a_plugin_prints_is_logged_with_level_and_fields(
    manager_of: ManagerOf, log: list[logging.LogRecord]
) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    await manager.start()
    json_line = '{"level":"warn","msg":"low %s","disk":"/"}'
    await send(manager, "echo", "print stdout hello world")
    await send(manager, "echo", f"print stderr {json_line}")
    await until("both arrived", lambda: len(log) >= 2)
    # The two streams are two pipes: their order is not kept.
    stderr, stdout = (
        (record.name, record.levelname, record.getMessage(), *_extras(record))
        for record in sorted(log, key=lambda record: str(record.__dict__["source"]))
    )
    name = "pluginart.plugin.echo"
    assert stderr == (name, "WARNING", "low %s", "echo", "stderr", {"disk": "/"}, json_line, True)
    assert stdout == (name, "INFO", "hello world", "echo", "stdout", None, "hello world", True)


def _extras(record: logging.LogRecord) -> tuple[object, ...]:
    return tuple(record.__dict__[name] for name in ("plugin", "source", "fields", "line", "whole"))


async def test_events_can_be_iterated_and_a_listener_that_fails_harms_nobody(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    failures: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))

    def fail(event: PluginEvent) -> None:
        raise ValueError(event)

    manager.on_event(fail)()
    remove = manager.on_event(fail)

    async def states() -> list[str]:
        seen: list[str] = []
        async for event in manager.events():
            assert isinstance(event, StateEvent)
            seen.append(event.after)
            if event.after == "stopped":
                break
        return seen

    reading = asyncio.create_task(states())
    await asyncio.sleep(0)
    await manager.start()
    remove()
    await manager.shutdown()
    assert await reading == ["starting", "ready", "draining", "stopped"]
    assert [type(context["exception"]) for context in failures] == [ValueError, ValueError]
