import asyncio
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pluginart.errors import ErrorCode
from pluginart.host import AsyncPluginManager, PluginManager, PluginSpec, Resources

from ...failures import failure_of
from ..conftest import Started
from ..processes import until
from ..typescript_plugins import CONTRACT_HASH
from .conftest import PLUGIN, docker, docker_launch, own_containers

ManagerOf = Callable[..., AsyncPluginManager]
V1_PLUGIN = "/app/test/fixtures/plugins/v1-plugin.mjs"


def docker_spec(image: str, settings: dict[str, Any] | None = None, **launch: Any) -> PluginSpec:
    overrides: dict[str, Any] = {"startup_timeout": 60.0, "restart_backoff_max": 0.02} | (settings or {})
    return PluginSpec(name="echo", launch=docker_launch(image, **launch), contract_hash=CONTRACT_HASH, **overrides)


async def started(manager_of: ManagerOf, spec: PluginSpec) -> Started:
    manager = manager_of(spec)
    await manager.start()
    return Started(manager)


@pytest.mark.parametrize(("transport", "address"), [("tcp", r"127\.0\.0\.1:\d+"), ("unix", r"unix:/.+/plugin\.sock")])
async def test_calls_and_nothing_is_left_afterwards(
    transport: Any, address: str, image: str, manager_of: ManagerOf
) -> None:
    echo = await started(manager_of, docker_spec(image, transport=transport))
    assert await echo.send("hello") == "hello"
    assert echo.status.protocol == 2
    assert re.fullmatch(address, echo.status.address or "")
    large = "x" * 2_000_000
    assert await echo.send(large) == large
    (name,) = own_containers()
    assert re.fullmatch(r"pluginart-[0-9a-f]{6}-echo-\d+", name)
    label = '{{index .Config.Labels "pluginart.plugin"}}'
    assert docker("inspect", "--format", label, name) == "echo"
    await echo.manager.shutdown()
    assert own_containers() == []


def test_a_manager_for_threads_likewise(image: str) -> None:
    with PluginManager([docker_spec(image)]) as manager:
        assert manager.call("echo", b"hello") == b"hello"
    assert own_containers() == []


async def test_it_gets_its_variables_whatever_they_are_called_and_hold(image: str, manager_of: ManagerOf) -> None:
    env = {
        "PLAIN": "a  b",
        "LINES": "one\ntwo",
        "EMPTY": "",
        "odd.name": "x=y",
        "UID": "seven",
        "HOME": "/tmp",
        "DOCKER_HOST": "tcp://192.0.2.1:2375",
    }
    echo = await started(manager_of, docker_spec(image, env=env))
    seen = json.loads(await echo.send("env"))["env"]
    assert seen.items() >= env.items()
    assert re.fullmatch(r"0\.0\.0\.0:\d+", seen["PLUGIN_ADDR"])
    assert "PLUGIN_TOKEN" not in seen
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert "PYTEST_CURRENT_TEST" not in seen


async def test_neither_its_token_nor_its_variables_stand_in_the_list_of_processes(
    image: str, manager_of: ManagerOf
) -> None:
    env = {"SECRET": "for-nobody-else", "odd.secret": "for-nobody-else"}
    echo = await started(manager_of, docker_spec(image, env=env))
    lines = [_read(f"/proc/{pid}/cmdline") for pid in os.listdir("/proc") if pid.isdigit()]
    assert any(image.encode() in line and b"\0--env\0SECRET\0" in line for line in lines)
    assert not any(b"for-nobody-else" in line for line in lines)
    token = re.search(rb"(?:^|\0)PLUGIN_TOKEN=([0-9a-f]{64})\0", _read(f"/proc/{echo.pid}/environ"))
    assert token is not None
    assert not any(token[1] in line for line in lines)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


async def test_without_a_word_in_the_configuration_it_may_do_as_little_as_possible(
    image: str, manager_of: ManagerOf
) -> None:
    echo = await started(manager_of, docker_spec(image, user="0:0"))
    status = await echo.send("read /proc/self/status")
    assert re.search(r"^CapBnd:\s0{16}$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\s1$", status, re.MULTILINE)
    assert "EROFS" in str(await failure_of(echo.send("write /app/dist/index.js")))
    assert await echo.send("write /tmp/x") == "write /tmp/x"


async def test_a_crash_fails_what_is_open_and_a_new_one_takes_its_place(image: str, manager_of: ManagerOf) -> None:
    echo = await started(manager_of, docker_spec(image))
    (first,) = own_containers()
    error = await failure_of(echo.send("crash"))
    fate = "its last words: panic: told to crash (the call may have run)"
    assert error.message == f'plugin "echo" exited with code 7; {fate}'
    assert await echo.send("hello") == "hello"
    (second,) = own_containers()
    assert (first != second, echo.status.restarts) == (True, 1)


async def test_one_that_somebody_kills_is_started_again_and_so_is_one_that_lost_its_client(
    image: str, manager_of: ManagerOf
) -> None:
    echo = await started(manager_of, docker_spec(image))
    hanging = echo.send("hang")
    await until("the call is open", lambda: echo.status.open_calls == 1)
    docker("kill", own_containers()[0])
    assert "was killed by SIGKILL, by somebody else" in str(await failure_of(hanging))
    assert await echo.send("hello") == "hello"

    (orphan,) = own_containers()
    lost = echo.send("hang")
    await until("the call is open", lambda: echo.status.open_calls == 1)
    os.kill(echo.pid, 9)
    error = await failure_of(lost)
    # The plugin may have heard of it first, by its lifeline, and told the handler to stop.
    assert error.origin == "remote" or "lost its docker client, which was killed by SIGKILL" in error.message
    assert await echo.send("hello") == "hello"
    assert orphan not in own_containers()


async def test_one_that_runs_out_of_memory_says_so_with_the_limit(image: str, manager_of: ManagerOf) -> None:
    echo = await started(manager_of, docker_spec(image, resources=Resources(memory="100m")))
    error = await failure_of(echo.send("eat"))
    assert 'plugin "echo" was killed for want of memory (resources.memory is 100m)' in error.message
    assert await echo.send("hello") == "hello"


async def test_what_ignores_sigterm_is_killed_after_shutdown_timeout(image: str, manager_of: ManagerOf) -> None:
    code = f'process.on("SIGTERM", () => {{}}); import("{PLUGIN}"); setInterval(() => {{}}, 1e3)'
    spec = docker_spec(image, {"shutdown_timeout": 1.0}, env={"IGNORE_SIGTERM": "1"}, args=["-e", code])
    echo = await started(manager_of, spec)
    spinning = echo.send("spin")
    await asyncio.sleep(0.5)
    await echo.manager.shutdown()
    assert (await failure_of(spinning)).code == ErrorCode.UNAVAILABLE
    assert own_containers() == []


async def test_a_cancelled_shutdown_kills_it(image: str, manager_of: ManagerOf) -> None:
    echo = await started(manager_of, docker_spec(image, {"shutdown_timeout": 600.0}))
    spinning = echo.send("spin")
    await until("the call is open", lambda: echo.status.open_calls == 1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await echo.manager.shutdown()
    await failure_of(spinning)
    assert own_containers() == []


async def test_a_version_1_plugin_that_does_not_know_of_lifelines(image: str, manager_of: ManagerOf) -> None:
    echo = await started(manager_of, docker_spec(image, args=[V1_PLUGIN]))
    assert echo.status.protocol == 1
    assert await echo.send("hello") == "hello"


async def test_ready_a_moment_too_early_is_forgiven_and_ready_without_a_listener_explained(
    image: str, manager_of: ManagerOf
) -> None:
    early = f"console.log('READY'); setTimeout(() => import('{PLUGIN}'), 20)"
    echo = await started(manager_of, docker_spec(image, args=["-e", early]))
    assert await echo.send("hello") == "hello"
    deaf = "console.log('READY'); setInterval(() => {}, 1000)"
    error = await failure_of(manager_of(docker_spec(image, args=["-e", deaf])).start())
    assert error.code == ErrorCode.STARTUP_FAILED
    assert re.search("printed READY, but .*; it has to listen at PLUGIN_ADDR", error.message)
