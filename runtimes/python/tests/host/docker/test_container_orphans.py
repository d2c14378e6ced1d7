import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..processes import is_running, wait_until
from .conftest import containers_of, docker

SCRIPT = str(Path(__file__).parents[1] / "host_process.py")


class RunningHost:
    def __init__(self, image: str, mode: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", SCRIPT, f"docker:{image}", mode, json.dumps(env)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the host said nothing"
        self.client: int = json.loads(line)["pid"]

    def check_nothing_left(self) -> None:
        wait_until("its container is gone", lambda: containers_of(self.process.pid) == [])
        wait_until("the docker client is gone", lambda: not is_running(self.client))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def run_host(image: str) -> Iterator[Callable[..., RunningHost]]:
    hosts: list[RunningHost] = []

    def run(mode: str, **env: Any) -> RunningHost:
        hosts.append(RunningHost(image, mode, **env))
        return hosts[-1]

    yield run
    for host in hosts:
        host.kill()


Run = Callable[..., RunningHost]


def guard_of(container: str) -> int:
    directory = f"/{'-'.join(container.split('-')[:2])}\0".encode()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"\0pluginart-guard\0" in line and line.endswith(directory):
            return int(pid)
    raise AssertionError("no guard")


@pytest.mark.parametrize("plugin", ["plugin.mjs", "v1-plugin.mjs"])
def test_sigkill_of_the_host_of_a_container_that_spins_leaves_nothing(plugin: str, run_host: Run) -> None:
    host = run_host("spin", PLUGIN=plugin)
    assert len(containers_of(host.process.pid)) == 1
    host.kill()
    host.check_nothing_left()


def test_a_host_that_exits_without_a_shutdown_leaves_nothing(run_host: Run) -> None:
    host = run_host("hard-exit")
    host.check_nothing_left()
    assert host.process.wait(30) == 5


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_where_its_guard_was_killed_as_well_the_lifeline_ends_it(run_host: Run) -> None:
    host = run_host("stay")
    os.kill(guard_of(containers_of(host.process.pid)[0]), signal.SIGKILL)
    host.kill()
    host.check_nothing_left()


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_is_left_nevertheless_the_next_start_removes_but_nothing_of_hosts_that_live(run_host: Run) -> None:
    living = run_host("stay", PLUGIN="v1-plugin.mjs")
    host = run_host("stay", PLUGIN="v1-plugin.mjs")
    (name,) = containers_of(host.process.pid)
    os.kill(guard_of(name), signal.SIGKILL)
    host.kill()
    assert docker("inspect", "--format", "{{.State.Running}}", name) == "true"
    run_host("stay")
    host.check_nothing_left()
    assert len(containers_of(living.process.pid)) == 1
    assert is_running(living.client)
