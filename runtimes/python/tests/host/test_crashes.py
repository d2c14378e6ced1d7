import asyncio
import os
from collections.abc import Callable

import pytest

from pluginart.errors import PluginartError, TransportError
from pluginart.host import AsyncPluginManager, PluginEvent, StateEvent

from .processes import is_running, open_descriptors, until
from .typescript_plugins import plugin_spec

ManagerOf = Callable[..., AsyncPluginManager]
KILLS = 20
CALLS = 64


async def outcome_of(manager: AsyncPluginManager, command: str) -> PluginartError:
    with pytest.raises(PluginartError) as caught:
        await manager.call("echo", command.encode())
    return caught.value


async def test_sigkill_with_calls_in_flight_again_and_again(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs", max_restarts=KILLS, restart_backoff_max=0.001))
    await manager.start()
    descriptors = []
    for kill in range(KILLS):
        # Waits for the restart, and shows that the new process serves.
        await manager.call("echo", f"print stderr life {kill}".encode())
        descriptors.append(open_descriptors())
        calls = [asyncio.create_task(outcome_of(manager, "hang")) for _ in range(CALLS)]
        await until("all are with the plugin", lambda: manager.status()[0].open_calls == CALLS)
        pid = manager.status()[0].pid
        assert pid is not None
        os.kill(pid, 9)
        for error in await asyncio.gather(*calls):
            assert isinstance(error, TransportError)
            assert (error.code_name, error.origin, error.plugin) == ("UNAVAILABLE", "process", "echo")
            assert not error.retry_safe
            assert 'plugin "echo" was killed by SIGKILL' in error.message
            assert error.evidence is not None
            assert (error.evidence.signal, error.evidence.stderr) == ("SIGKILL", (f"life {kill}",))
        assert not is_running(pid)
    assert await manager.call("echo", b"hello") == b"hello"
    assert manager.status()[0].restarts == KILLS
    assert open_descriptors() == descriptors[0]


async def test_a_crash_takes_the_children_of_the_plugin_with_it(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs"))
    await manager.start()
    grandchild = int(await manager.call("echo", b"grandchild"))
    assert is_running(grandchild)
    error = await outcome_of(manager, "crash")
    assert error.evidence is not None
    assert (error.evidence.exit_code, error.evidence.stderr) == (7, ("panic: told to crash",))
    await until("the grandchild is gone", lambda: not is_running(grandchild))


async def test_a_plugin_that_crashes_again_and_again_is_given_up_and_says_why(manager_of: ManagerOf) -> None:
    manager = manager_of(plugin_spec("echo", "plugin.mjs", max_restarts=2, restart_backoff_max=0.001))
    states: list[str] = []

    def note(event: PluginEvent) -> None:
        if isinstance(event, StateEvent):
            states.append(f"{event.before}>{event.after}")

    manager.on_event(note)
    await manager.start()
    for _ in range(3):
        await outcome_of(manager, "crash")
    await until("it is given up", lambda: manager.status()[0].state == "failed")
    error = await outcome_of(manager, "hello")
    assert 'is not running, 3 failures in a row: plugin "echo" exited with code 7; its last words' in error.message
    once = ["starting>ready", "ready>draining"]
    again = ["draining>backoff", "backoff>starting", *once]
    assert states == ["stopped>starting", *once, *again, *again, "draining>failed"]
    await manager.restart("echo")
    assert await manager.call("echo", b"hello") == b"hello"
