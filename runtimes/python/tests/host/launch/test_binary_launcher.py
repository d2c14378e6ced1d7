import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pluginart.errors import Evidence, StartupError
from pluginart.host.launch.address import UnixAddress
from pluginart.host.launch.binary_launcher import BinaryInstance, BinaryLauncher
from pluginart.host.launch.host_home import HostHome
from pluginart.host.launch.launch_spec import BinaryLaunch
from pluginart.transport import TcpAddress

from ..processes import is_running, until
from ..typescript_plugins import NODE_PATH, plugin_path


class Launches:
    def __init__(self, home: HostHome, scratch: Path) -> None:
        self.home = home
        self.scratch = scratch
        self.lines: list[str] = []

    async def launch(self, path: str, timeout: float = 30, **overrides: Any) -> BinaryInstance:
        settings: dict[str, Any] = {"cwd": str(self.scratch), "env": {"PATH": NODE_PATH}} | overrides
        launcher = BinaryLauncher("echo", BinaryLaunch(path=path, **settings), self.home)
        return await launcher.launch(
            timeout=timeout, on_line=lambda stream, text, _: self.lines.append(f"{stream}: {text}")
        )

    async def failure(self, path: str, timeout: float = 30, **overrides: Any) -> StartupError:
        with pytest.raises(StartupError) as caught:
            await self.launch(path, timeout, **overrides)
        assert caught.value.plugin == "echo"
        return caught.value


@pytest.fixture
async def launches(tmp_path: Path) -> AsyncIterator[Launches]:
    home = HostHome()
    yield Launches(home, tmp_path)
    await home.close()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_ready_may_come_in_two_writes_and_lines_before_it_are_log(launches: Launches) -> None:
    instance = await launches.launch(plugin_path("split-ready"))
    assert launches.lines == ["stdout: one line before"]
    await instance.stop(10)
    assert instance.process.has_exited


async def test_what_ignores_sigterm_is_killed_its_group_with_it(launches: Launches) -> None:
    instance = await launches.launch(plugin_path("ignores-sigterm"))
    await instance.stop(0.2)
    ending = await instance.process.ended
    assert (ending.how, ending.evidence.signal) == ("was killed by SIGKILL", "SIGKILL")
    await instance.stop(0.2)


async def test_without_pidfds_an_exit_is_noticed_as_well(launches: Launches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    instance = await launches.launch(plugin_path("split-ready"))
    os.kill(instance.process.pid, 9)
    await until("its end is noticed", lambda: instance.process.has_exited)
    ending = await instance.process.ended
    assert ending.how == "was killed by SIGKILL, by somebody else or for want of memory"
    await instance.stop(0)


async def test_a_path_that_does_not_exist(launches: Launches) -> None:
    missing = str(launches.scratch / "echo --port 1")
    error = await launches.failure(missing)
    assert str(error) == f'plugin "echo": {missing} does not exist; arguments belong into args'


async def test_a_name_that_is_not_on_the_path(launches: Launches) -> None:
    error = await launches.failure("no-such-plugin", env={"PATH": "/usr/bin:/bin"})
    assert re.search(r'no executable "no-such-plugin" on PATH; searched /usr/bin, /bin\. A path', str(error))
    empty = await launches.failure("no-such-plugin", env={"PATH": ""})
    assert "searched nothing, as PATH is empty" in str(empty)


async def test_a_file_that_is_not_executable(launches: Launches) -> None:
    error = await launches.failure(plugin_path("not-executable"))
    assert re.search(r"is not executable; run: chmod \+x \S+not-executable$", str(error))
    on_path = await launches.failure("not-executable", env={"PATH": os.path.dirname(plugin_path("x"))})
    assert re.search(r"but \S+ is not executable; run: chmod \+x", str(on_path))


async def test_a_directory_an_interpreter_or_a_working_directory_that_is_missing(launches: Launches) -> None:
    assert "is a directory, not an executable" in str(await launches.failure(str(launches.scratch)))
    interpreter = await launches.failure(plugin_path("bad-interpreter"))
    assert re.search(r"the #! line of \S+ names /no/such/interpreter", str(interpreter))
    directory = await launches.failure(plugin_path("split-ready"), cwd="/no/such/directory")
    assert "its working directory /no/such/directory does not exist" in str(directory)


async def test_a_file_that_is_no_program(launches: Launches) -> None:
    error = await launches.failure(plugin_path("no-shebang"))
    assert "neither a program for this machine nor a script that begins with #!" in str(error)


async def test_an_argument_that_no_system_takes(launches: Launches) -> None:
    error = await launches.failure(plugin_path("split-ready"), args=["x" * 10_000_000])
    assert "could not be started: [Errno 7] Argument list too long" in str(error)


async def test_an_early_exit_with_its_code_and_what_it_printed(launches: Launches) -> None:
    error = await launches.failure(plugin_path("exits-at-once"))
    assert str(error) == (
        'plugin "echo" exited with code 3 before it was ready\n'
        "  stderr:\n    cannot open the database: no such file\n"
        "  stdout:\n    reading settings"
    )
    assert error.evidence == Evidence(
        exit_code=3, stderr=("cannot open the database: no such file",), stdout=("reading settings",)
    )


async def test_never_ready_with_what_it_printed(launches: Launches) -> None:
    error = await launches.failure(plugin_path("never-ready"), 1)
    assert "has neither listened at its address nor printed READY within 1 s (startup_timeout)" in str(error)
    assert "still thinking" in str(error)
    assert error.evidence is not None
    assert error.evidence.signal == "SIGTERM"


async def test_bound_but_never_ready(launches: Launches) -> None:
    error = await launches.failure(plugin_path("deaf-listener.mjs"), 4)
    assert re.search(r"listens at unix:\S+, but has not printed READY alone on a line of stdout", str(error))


async def test_ready_in_the_wrong_place(launches: Launches) -> None:
    path = plugin_path("misprints-ready")
    stderr, inside = await asyncio.gather(
        launches.failure(path, 1.5, args=["READY", "2"]), launches.failure(path, 1.5, args=["plugin is READY", "1"])
    )
    assert "; READY belongs on stdout, not on stderr" in str(stderr)
    assert '; READY has to be alone on its line, and not as in "plugin is READY"' in str(inside)


async def test_a_cancelled_start_leaves_nothing(launches: Launches) -> None:
    script = launches.scratch / "prints-its-pid"
    script.write_text("#!/bin/sh\necho $$\nexec sleep 1000\n")
    script.chmod(0o755)
    start = asyncio.create_task(launches.launch(str(script)))
    await until("it runs", lambda: bool(launches.lines))
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert not is_running(int(launches.lines[0].removeprefix("stdout: ")))
    early = asyncio.create_task(launches.launch(plugin_path("never-ready")))
    early.cancel()
    with pytest.raises(asyncio.CancelledError):
        await early


async def test_a_port_that_somebody_else_took_is_replaced(launches: Launches) -> None:
    tries = launches.scratch / "tries"
    instance = await launches.launch(plugin_path("port-taken"), transport="tcp", env={"TRIES": str(tries)})
    assert tries.read_text() == "x\nx\nx\n"
    assert isinstance(instance.address, TcpAddress)
    await instance.stop(10)


async def test_each_launch_has_its_own_socket_and_token_and_leaves_no_socket_behind(launches: Launches) -> None:
    path = plugin_path("v1-plugin.mjs")
    one, two = await asyncio.gather(launches.launch(path), launches.launch(path))
    assert isinstance(one.address, UnixAddress)
    assert isinstance(two.address, UnixAddress)
    assert one.address != two.address
    assert re.fullmatch("[0-9a-f]{64}", one.token)
    assert one.token != two.token
    assert os.path.exists(one.address.path)
    await asyncio.gather(one.stop(0), two.stop(0))
    assert not os.path.exists(one.address.path)
