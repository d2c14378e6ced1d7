"""Python's hosts with plugins of other runtimes, and of none. Those on TypeScript's are all over these tests."""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pluginart import AsyncPluginManager, BinaryLaunch, ErrorCode, PluginartError, PluginError, PluginSpec

from ..failures import failure_of
from .processes import until
from .typescript_plugins import CONTRACT_HASH, NODE_PATH, ROOT

ManagerOf = Callable[..., AsyncPluginManager]
MEGABYTE = b"x" * (1 << 20)


def peer_spec(path: str, *args: str, env: dict[str, str] | None = None, **overrides: Any) -> PluginSpec:
    environment = {"CONTRACT_HASH": CONTRACT_HASH, "PATH": NODE_PATH} | (env or {})
    settings: dict[str, Any] = {"startup_timeout": 30.0, "restart_backoff_max": 0.02, "shutdown_timeout": 2.0}
    launch = BinaryLaunch(path=path, args=args, env=environment)
    return PluginSpec(name="peer", launch=launch, contract_hash=CONTRACT_HASH, **(settings | overrides))


async def check_life(manager: AsyncPluginManager, runtime: str) -> None:
    """What every plugin on a runtime of ours can do."""
    await manager.start()
    status = manager.status()[0]
    assert (status.protocol, (status.runtime or "").split("/")[0]) == (2, runtime)
    for payload in (b"", b"hello", MEGABYTE):
        assert await manager.call("peer", payload) == payload
    calls = [manager.call("peer", b"sleep 100"), *(manager.call("peer", str(n).encode()) for n in range(100))]
    assert await asyncio.gather(*calls) == [b"sleep 100", *(str(number).encode() for number in range(100))]
    assert (await failure_of(manager.call("peer", b"hang", timeout=0.05))).code == ErrorCode.DEADLINE_EXCEEDED
    assert (await manager.describe("peer")).contract_hash == CONTRACT_HASH

    crash = await failure_of(manager.call("peer", b"crash"))
    fate = "its last words: panic: told to crash (the call may have run)"
    assert crash.message == f'plugin "peer" exited with code 7; {fate}'
    assert await manager.call("peer", b"hello") == b"hello"

    pid = manager.status()[0].pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    await until("it is started again", lambda: manager.status()[0].restarts == 2)
    assert await manager.call("peer", b"hello") == b"hello"


async def test_a_go_plugin_is_started_called_and_started_again(
    manager_of: ManagerOf, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if shutil.which("go") is None:
        message = "there is no Go, so nothing of Python's hosts is tested with Go's plugins"
        if os.environ.get("PLUGINART_STRICT") == "1":
            pytest.fail(message)
        pytest.skip(f"*** SKIPPED: {message}")
    # The test program of Go's own hosts is also their plugin.
    program = str(tmp_path_factory.mktemp("go") / "plugin")
    build = await asyncio.create_subprocess_exec("go", "test", "-c", "-o", program, "./pkg/runtime", cwd=ROOT)
    assert await build.wait() == 0
    manager = manager_of(peer_spec(program, env={"TEST_ROLE": "plugin"}))
    await check_life(manager, "pluginart-go")


async def test_a_python_plugin_is_started_called_and_started_again(manager_of: ManagerOf, tmp_path: Path) -> None:
    stop_file = tmp_path / "stopped"
    plugin = str(Path(__file__).with_name("python_plugin.py"))
    manager = manager_of(peer_spec(sys.executable, plugin, env={"STOP_FILE": str(stop_file)}))
    await check_life(manager, "pluginart-py")
    assert await manager.call("peer", b"variables") == b"PLUGIN_SOCKET"
    refused = await failure_of(manager.call("peer", b"refuse"))
    assert isinstance(refused, PluginError)
    assert (refused.code, refused.message, refused.origin) == (42, "refused", "remote")
    await manager.shutdown()
    assert stop_file.read_text() == "put away"


def v1_spec(*args: str, **overrides: Any) -> PluginSpec:
    """A version 1 plugin that was written from PROTOCOL.md alone."""
    script = str(ROOT / "conformance/peers/v1-plugin.ts")
    options = ["--disable-warning=ExperimentalWarning", script, "--contract", CONTRACT_HASH, *args]
    return peer_spec("node", *options, **overrides)


async def test_a_version_1_peer_answers_one_call_after_the_other(manager_of: ManagerOf) -> None:
    manager = manager_of(v1_spec())
    await manager.start()
    assert manager.status()[0].protocol == 1
    calls = [b"sleep:100", *(str(number).encode() for number in range(20)), MEGABYTE]
    assert await asyncio.gather(*(manager.call("peer", call) for call in calls)) == calls
    assert len(await manager.call("peer", b"large:4194304")) == 4_194_304
    failed = await failure_of(manager.call("peer", b"fail:why"))
    assert (failed.code, failed.message, failed.origin) == (1, "why", "remote")
    assert (await failure_of(manager.call("peer", b"app-fail:42"))).code == 42
    assert await manager.call("peer", b"hello") == b"hello"
    assert manager.status()[0].restarts == 0


@pytest.mark.parametrize(
    "misdeed", ["exit:3", "close", "garbage", "half", "twice", "unknown-type", "handshake", "bad-error"]
)
async def test_what_a_version_1_peer_does_to_a_call_costs_no_other_one(misdeed: str, manager_of: ManagerOf) -> None:
    manager = manager_of(v1_spec(max_restarts=100))
    await manager.start()
    outcomes = await asyncio.gather(manager.call("peer", misdeed.encode(), timeout=2), return_exceptions=True)
    if misdeed == "twice":
        # Version 1 has no ids: the second answer is seen for what it is as long as nothing else was asked.
        await until("that is found out", lambda: manager.status()[0].error is not None)
    else:
        assert isinstance(outcomes[0], PluginartError)
    for number in range(5):
        assert await manager.call("peer", str(number).encode()) == str(number).encode()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("refuse", "contract"),
        ("silence", "did not answer the handshake"),
        ("close", "closed the connection during the handshake"),
        ("garbage", "handshake failed"),
        ("half-a-frame", "handshake|closed"),
        ("wrong-type", "handshake failed"),
        ("undecodable", "handshake failed"),
    ],
)
async def test_a_version_1_peer_that_fails_at_the_handshake_fails_the_start_with_the_reason(
    fault: str, message: str, manager_of: ManagerOf
) -> None:
    manager = manager_of(v1_spec("--handshake", fault, startup_timeout=15.0))
    error = await failure_of(manager.start())
    assert error.plugin == "peer"
    assert re.search(message, error.message), error.message
