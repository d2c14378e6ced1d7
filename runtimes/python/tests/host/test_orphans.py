import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .processes import is_running, wait_until

SCRIPT = str(Path(__file__).with_name("host_process.py"))


class RunningHost:
    def __init__(self, mode: str, executable: str = "plugin.mjs", env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", SCRIPT, executable, mode, json.dumps(env or {})],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the host said nothing"
        read: dict[str, Any] = json.loads(line)
        return read

    def introduced(self) -> "RunningHost":
        told = self.line()
        self.plugin: int = told["pid"]
        self.grandchild: int = told["grandchild"]
        self.directory = os.path.dirname(told["address"].removeprefix("unix:"))
        return self

    def check_running(self) -> None:
        assert is_running(self.plugin)
        assert is_running(self.grandchild)
        assert os.path.exists(self.directory)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def check_nothing_left(self) -> None:
        wait_until("the plugin is gone", lambda: not is_running(self.plugin))
        wait_until("its grandchild is gone", lambda: not is_running(self.grandchild))
        wait_until("the socket directory is gone", lambda: not os.path.exists(self.directory))
        wait_until("the guard is gone", lambda: guards_of(self.directory) == [])

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def run_host() -> Iterator[Callable[..., RunningHost]]:
    hosts: list[RunningHost] = []

    def run(*args: Any, **named: Any) -> RunningHost:
        hosts.append(RunningHost(*args, **named))
        return hosts[-1]

    yield run
    for host in hosts:
        host.end()


def guards_of(directory: str) -> list[int]:
    """The guards that watch over a directory, by what /proc says of them."""
    if sys.platform != "linux":
        return []
    ending = f"\0pluginart-guard\0{directory}\0".encode()
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and _command_line(name).endswith(ending)]


def _command_line(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


Run = Callable[..., RunningHost]


@pytest.mark.parametrize(
    ("mode", "executable"), [("spin", "plugin.mjs"), ("spin", "v1-plugin.mjs"), ("async-spin", "plugin.mjs")]
)
def test_sigkill_of_a_host_whose_plugin_spins_and_has_a_child_leaves_nothing(
    mode: str, executable: str, run_host: Run
) -> None:
    host = run_host(mode, executable).introduced()
    host.check_running()
    host.kill()
    host.check_nothing_left()


@pytest.mark.parametrize("mode", ["stay", "with", "call", "async"])
def test_a_plugin_whose_host_is_interrupted_puts_away_what_it_has_open(
    mode: str, run_host: Run, tmp_path: Path
) -> None:
    stop_file = tmp_path / "stopped"
    host = run_host(mode, env={"STOP_FILE": str(stop_file)}).introduced()
    os.killpg(host.process.pid, signal.SIGINT)
    host.check_nothing_left()
    assert stop_file.read_text() == "put away"
    # An interrupted Python program ends by the signal itself, so that whoever waits for it knows.
    assert host.process.wait(30) == -signal.SIGINT


def test_signals_to_the_whole_group_of_the_host_do_not_disarm_its_guard(run_host: Run) -> None:
    host = run_host("spin").introduced()
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGKILL):
        os.killpg(host.process.pid, number)
    host.process.wait(30)
    host.check_nothing_left()


@pytest.mark.parametrize("mode", ["exit", "hard-exit"])
def test_a_host_that_exits_without_a_shutdown_leaves_nothing(mode: str, run_host: Run) -> None:
    host = run_host(mode).introduced()
    assert host.process.wait(30) == 5
    host.check_nothing_left()


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_guard_that_is_killed_is_replaced(run_host: Run) -> None:
    host = run_host("stay").introduced()
    (first,) = guards_of(host.directory)
    # One that dies young is not replaced before the next plugin starts.
    time.sleep(1.5)
    os.kill(first, signal.SIGKILL)
    wait_until("there is another", lambda: any(pid != first for pid in guards_of(host.directory)))
    # It can be seen a moment before it has been told what to guard.
    time.sleep(1)
    host.kill()
    host.check_nothing_left()


def test_a_manager_that_is_dropped_with_its_loop_leaves_no_plugin_running(run_host: Run) -> None:
    host = run_host("dropped").introduced()
    wait_until("the plugin is gone", lambda: not is_running(host.plugin))
    wait_until("its grandchild is gone", lambda: not is_running(host.grandchild))
    assert host.process.poll() is None


def test_after_a_shutdown_no_thread_is_left_and_nothing_keeps_the_host_alive(run_host: Run) -> None:
    host = run_host("shutdown").introduced()
    assert host.line() == {"left": ["MainThread"]}
    assert host.process.wait(30) == 0
    host.check_nothing_left()


def test_an_interrupted_start_leaves_nothing(run_host: Run) -> None:
    host = run_host("interrupted-start")
    assert [name for name in host.line()["left"] if name.startswith("pluginart")] == []
    assert host.process.wait(30) == 3


def test_an_interrupted_shutdown_kills_what_is_left(run_host: Run) -> None:
    host = run_host("interrupted-shutdown").introduced()
    assert host.line() == {"state": "stopped"}
    assert host.process.wait(30) == 3
    host.check_nothing_left()


def test_a_forked_child_leaves_the_plugins_of_its_parent_alone(run_host: Run) -> None:
    host = run_host("fork").introduced()
    told = host.line()["child"]
    assert 'plugin "echo" belongs to the process that started it, and this one was forked from it' in told
    assert host.line() == {"parent": "hello", "pid": host.plugin}
    assert host.process.wait(30) == 0
    host.check_nothing_left()


def test_a_forked_child_does_not_keep_the_plugins_of_a_dead_parent_alive(run_host: Run) -> None:
    host = run_host("fork-that-stays").introduced()
    child = host.line()["child"]
    try:
        host.kill()
        host.check_nothing_left()
        assert is_running(child)
    finally:
        os.kill(child, signal.SIGKILL)
