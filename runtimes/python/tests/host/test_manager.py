import asyncio
import json
import logging
import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from pluginart.errors import ConfigError, ErrorCode
from pluginart.host import (
    AsyncPluginManager,
    PluginEvent,
    StateEvent,
)

from ..failures import failure_of
from .processes import is_running, until
from .typescript_plugins import CONTRACT_HASH, plugin_spec, send

ManagerOf = Callable[..., AsyncPluginManager]


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


async def test_before_the_start_calls_say_what_to_do_and_unknown_names_what_there_is(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    error = await failure_of(send(manager, "echo", "x"))
    assert error.message == 'plugin "echo" has not been started: call start() first'
    unknown = await failure_of(send(manager, "ehco", "x"))
    assert isinstance(unknown, ConfigError)
    assert unknown.message == 'no plugin is named "ehco"; the configuration has "echo"'
    with pytest.raises(ConfigError, match='two plugins are named "echo"'):
        manager_of(plugin_spec("echo", "plugin.mjs"), plugin_spec("echo", "plugin.mjs"))


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
