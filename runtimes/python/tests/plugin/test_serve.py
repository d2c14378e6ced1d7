"""Plugins of ours as processes, called by hosts of others and by ours."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from pluginart import ErrorCode, PluginartError, connect

from ..peers.pairs import CONTRACT_HASH, OTHER_CONTRACT_HASH
from ..peers.processes import PLUGINS, peer_host, python_plugin, running_plugin

pytestmark = pytest.mark.timeout(120)

WAYS = [[], ["--async"], ["--loop"]]
COMMANDED = python_plugin("commanded.py")


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_a_version_1_host_calls_and_pings(kind: str, way: list[str]) -> None:
    address = free_address() if kind == "tcp" else None
    with running_plugin([*COMMANDED, *way], address) as plugin:
        ran = peer_host("v1-host.ts", "--dial", plugin.address, "--call", "hello", "--call", "throw why", "--call", "x")
        lines = ran.stdout.splitlines()
        assert ran.returncode == 0, ran
        assert "hello" in lines[0]
        assert "why" in lines[1]
        refused = peer_host("v1-host.ts", "--dial", plugin.address, contract=OTHER_CONTRACT_HASH)
        assert "contract hash mismatch" in refused.stderr
        plugin.process.send_signal(signal.SIGTERM)
        assert plugin.process.wait(30) == 0
        assert plugin.output() == b"ended in order\n"
        if kind == "unix":
            assert not Path(plugin.address).exists()


@pytest.mark.parametrize("exchange", [None, "wrong parity", "a call", "CANCEL twice"])
def test_a_misbehaving_version_2_host_hurts_nobody_else(exchange: str | None) -> None:
    with running_plugin(COMMANDED) as plugin:
        arguments = [] if exchange is None else ["--exchange", exchange]
        ran = peer_host("v2-host.ts", "--dial", plugin.address, *arguments)
        assert ran.returncode == 0, ran.stderr
        told = [json.loads(line) for line in ran.stdout.splitlines()]
        assert told[0]["handshake"]["accept"]["version"] == 2
        with connect(plugin.address, contract_hash=CONTRACT_HASH) as client:
            assert client.call(b"alive") == b"alive"


@pytest.mark.parametrize("way", WAYS)
def test_ready_is_a_line_though_somebody_left_one_unfinished(way: list[str]) -> None:
    path = str(PLUGINS / "commanded.py")
    program = f"""
import runpy, sys
sys.stdout.write('unfinished')
sys.argv = {["commanded.py", *way]}
runpy.run_path({path!r})
"""
    with running_plugin([sys.executable, "-c", program]) as plugin:
        mode = Path(plugin.address).stat().st_mode
        assert mode & 0o777 == 0o600


def test_a_token_counts_only_for_the_address_it_is_meant_for(tmp_path: Path) -> None:
    token = secrets.token_hex(32)
    for is_meant in (True, False):
        address = str(tmp_path / f"{is_meant}.sock")
        env = {"PLUGIN_TOKEN": token, "PLUGIN_TOKEN_FOR": address if is_meant else "/other"}
        with running_plugin(COMMANDED, address, env=env):
            if is_meant:
                with pytest.raises(PluginartError, match="token_env") as caught:
                    connect(address, contract_hash=CONTRACT_HASH)
                assert caught.value.code == ErrorCode.UNAUTHENTICATED
                with connect(address, contract_hash=CONTRACT_HASH, token=token) as client:
                    assert client.call(b"env") == b"PLUGIN_SOCKET"
            else:
                with connect(address, contract_hash=CONTRACT_HASH) as client:
                    assert client.call(b"env") == b"PLUGIN_SOCKET"
                with pytest.raises(PluginartError) as caught:
                    connect(address, contract_hash=CONTRACT_HASH, token=token)
                assert caught.value.code == ErrorCode.UNAUTHENTICATED


def run(env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLUGIN_")}
    return subprocess.run(
        COMMANDED, env={**environment, **env}, capture_output=True, text=True, timeout=60, check=False
    )


def test_run_by_hand_it_says_how_to_be_run() -> None:
    ran = run({})
    assert ran.returncode == 2
    assert "This is a pluginart plugin (contract sha256:" in ran.stderr
    assert "PLUGIN_ADDR=127.0.0.1:9000 python " in ran.stderr


def test_a_token_that_is_none_stops_the_plugin_from_starting(tmp_path: Path) -> None:
    where = str(tmp_path / "plugin.sock")
    ran = run({"PLUGIN_SOCKET": where, "PLUGIN_TOKEN": "secret", "PLUGIN_TOKEN_FOR": where})
    assert ran.returncode == 1
    assert "PLUGIN_TOKEN is no token: expected 16 to 64 bytes as hexadecimal digits" in ran.stderr
    assert not Path(where).exists()


def test_an_address_in_use_is_said_to_be(tmp_path: Path) -> None:
    with running_plugin(COMMANDED) as plugin:
        ran = run({"PLUGIN_SOCKET": plugin.address})
        assert ran.returncode == 1
        assert "it is in use (EADDRINUSE)" in ran.stderr
        with connect(plugin.address, contract_hash=CONTRACT_HASH) as client:
            assert client.call(b"still here") == b"still here"


def test_a_socket_that_nobody_listens_on_is_replaced_and_a_file_is_not(tmp_path: Path) -> None:
    where = tmp_path / "plugin.sock"
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(where))
    with running_plugin(COMMANDED, str(where)), connect(str(where), contract_hash=CONTRACT_HASH) as client:
        assert client.call(b"x") == b"x"
    where.unlink(missing_ok=True)
    where.write_text("precious")
    assert run({"PLUGIN_SOCKET": str(where)}).returncode == 1
    assert where.read_text() == "precious"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("way", WAYS)
def test_a_signal_lets_open_calls_finish(number: signal.Signals, way: list[str]) -> None:
    with (
        running_plugin([*COMMANDED, *way]) as plugin,
        connect(plugin.address, contract_hash=CONTRACT_HASH) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        call = pool.submit(client.call, b"sleep 0.5")
        while client.open_calls == 0:
            time.sleep(0.01)
        # What answers a ping has read the call before it.
        client.ping()
        plugin.process.send_signal(number)
        assert call.result() == b"sleep 0.5"
        assert plugin.process.wait(30) == 0


@pytest.mark.parametrize("way", WAYS)
def test_a_second_signal_ends_it_at_once(way: list[str]) -> None:
    with running_plugin([*COMMANDED, *way]) as plugin:
        client = connect(plugin.address, contract_hash=CONTRACT_HASH)
        with pytest.raises(PluginartError):
            client.call(b"spin 60" if way else b"hang", timeout=0.2)
        # The call that was given up on would not hold it up, but its other connections would.
        plugin.process.send_signal(signal.SIGTERM)
        # Two signals that come before it looks would be one.
        with suppress(subprocess.TimeoutExpired):
            plugin.process.wait(2)
        if plugin.process.poll() is None:
            plugin.process.send_signal(signal.SIGTERM)
        assert plugin.process.wait(30) in (0, 128 + signal.SIGTERM)
        client.destroy()


@pytest.mark.parametrize("command", ["hold", "hang", "spin 60"])
@pytest.mark.parametrize("way", WAYS)
def test_it_ends_with_its_host_though_handlers_go_on(tmp_path: Path, command: str, way: list[str]) -> None:
    where = str(tmp_path / "plugin.sock")
    token = secrets.token_hex(32)
    env = {"PLUGIN_TOKEN": token, "PLUGIN_TOKEN_FOR": where, "PLUGIN_LIFELINE": "stdin"}
    with running_plugin([*COMMANDED, *way], where, env=env) as plugin:
        client = connect(where, contract_hash=CONTRACT_HASH, token=token)
        with pytest.raises(PluginartError):
            client.call(command.encode(), timeout=0.2)
        assert plugin.process.stdin is not None
        plugin.process.stdin.close()
        assert plugin.process.wait(30) == 0
        assert not Path(where).exists()
        client.destroy()


def test_without_a_lifeline_stdin_is_not_minded() -> None:
    with running_plugin(COMMANDED) as plugin, connect(plugin.address, contract_hash=CONTRACT_HASH) as client:
        assert plugin.process.stdin is not None
        plugin.process.stdin.close()
        time.sleep(1)
        assert client.call(b"x") == b"x"


def test_describe_tells_the_schema() -> None:
    with running_plugin(COMMANDED) as plugin, connect(plugin.address, contract_hash=CONTRACT_HASH) as client:
        told = client.describe()
        assert (told.schema, told.contract_hash) == ("namespace test;\n", CONTRACT_HASH)
        assert (told.runtime or "").startswith("pluginart-py/")


def test_what_a_handler_raised_is_on_stderr_and_the_message_with_the_caller(capfd: pytest.CaptureFixture[str]) -> None:
    with running_plugin(COMMANDED) as plugin, connect(plugin.address, contract_hash=CONTRACT_HASH) as client:
        with pytest.raises(PluginartError, match=r"^no reason$"):
            client.call(b"throw no reason")
        with pytest.raises(PluginartError, match=r"^told$"):
            client.call(b"fail 42")
    stderr = capfd.readouterr().err
    assert "pluginart: the handler failed: Traceback" in stderr
    assert "ValueError: no reason" in stderr
    assert "told" not in stderr
