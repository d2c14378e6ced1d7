"""Starts an executable of this machine."""

import contextlib
import json
import os
import re
import secrets
import sys
import time

from ...errors import Evidence
from ...transport import TcpAddress
from .address import Address, UnixAddress, describe_address
from .await_ready import MAX_PORTS_TRIED, UNREADY_STOP, PortTakenError, await_ready, misprinted_ready
from .environment import TOKEN_BYTES, plugin_environment
from .executable_format import why_unfit
from .find_executable import find_executable
from .free_port import find_free_port
from .host_home import HostHome, OpenHome
from .instance import OnLine
from .is_listening import is_listening
from .launch_spec import BinaryLaunch
from .plugin_process import PluginProcess
from .starting_gate import Command
from .startup_failure import startup_failure

_says_port_taken = re.compile(r"EADDRINUSE|address already in use", re.IGNORECASE).search


class BinaryInstance:
    """A process of this machine."""

    behind_proxy = False

    def __init__(self, address: Address, token: str, process: PluginProcess) -> None:
        self.address = address
        self.token = token
        self.process = process

    def hint_of_unreachable(self, number: int | None) -> str:
        """As `Instance.hint_of_unreachable`."""
        return ""

    async def stop(self, grace: float) -> None:
        """As `Instance.stop`."""
        await self.process.stop(grace)
        if isinstance(self.address, UnixAddress):
            with contextlib.suppress(OSError):
                os.unlink(self.address.path)


class BinaryLauncher:
    """Starts one executable, again and again."""

    def __init__(self, plugin: str, launch: BinaryLaunch, home: HostHome) -> None:
        self._plugin = plugin
        self._launch = launch
        self._home = home

    @property
    def command(self) -> str:
        """As `Launcher.command`."""
        return json.dumps([self._launch.path, list(self._launch.args), self._launch.cwd])

    async def launch(self, *, timeout: float, on_line: OnLine) -> BinaryInstance:
        """As `Launcher.launch`."""
        if sys.platform == "win32":
            raise startup_failure(self._plugin, "cannot be started: there is no support for Windows yet", None)
        deadline = time.monotonic() + timeout
        home = self._home.open()
        for tried in range(1, MAX_PORTS_TRIED + 1):
            try:
                return await self._launch_at(self._new_address(home), home, timeout, deadline, on_line)
            except PortTakenError as taken:
                if tried == MAX_PORTS_TRIED:
                    raise taken.failure from None
        raise AssertionError

    def _new_address(self, home: OpenHome) -> Address:
        if self._launch.transport == "unix":
            return UnixAddress(home.directory.new_socket_path(self._plugin))
        return TcpAddress("127.0.0.1", find_free_port())

    async def _launch_at(
        self, address: Address, home: OpenHome, timeout: float, deadline: float, on_line: OnLine
    ) -> BinaryInstance:
        token = secrets.token_hex(TOKEN_BYTES)
        env = plugin_environment(self._launch, os.environ, address, token)
        file = find_executable(self._plugin, self._launch.path, env.get("PATH"))
        child = self._spawn(file, env, home, on_line)
        instance = BinaryInstance(address, token, child)
        try:
            outcome = await await_ready(child, deadline - time.monotonic())
            if outcome == "ready":
                return instance
            listened = outcome == "late" and await is_listening(address)
        except BaseException:
            await instance.stop(UNREADY_STOP)
            raise
        await instance.stop(UNREADY_STOP)
        evidence = child.evidence()
        if outcome == "late":
            raise startup_failure(self._plugin, _describe_lateness(address, listened, timeout, evidence), evidence)
        ending = await child.ended
        unfit = why_unfit(file)
        what = f"{ending.how} before it was ready" + ("" if unfit is None else f"; {unfit}")
        failure = startup_failure(self._plugin, what, evidence)
        if isinstance(address, TcpAddress) and any(_says_port_taken(line) for line in evidence.stderr):
            raise PortTakenError(failure)
        raise failure

    def _spawn(self, file: str, env: dict[str, str], home: OpenHome, on_line: OnLine) -> PluginProcess:
        cwd = self._launch.cwd
        try:
            return PluginProcess(Command(file, self._launch.args, cwd, env), home.guard, on_line)
        except (OSError, ValueError) as error:
            why = _why_no_directory(cwd) or why_unfit(file) or str(error)
            raise startup_failure(self._plugin, f"could not be started: {why}", None) from error


def _describe_lateness(address: Address, listened: bool, timeout: float, evidence: Evidence) -> str:
    state = (
        f"listens at {describe_address(address)}, but has not printed READY alone on a line of stdout"
        if listened
        else "has neither listened at its address nor printed READY"
    )
    return f"{state} within {timeout:g} s (startup_timeout){misprinted_ready(evidence)}"


def _why_no_directory(cwd: str) -> str | None:
    if os.path.isdir(cwd):
        return None if os.access(cwd, os.X_OK) else f"its working directory {cwd} cannot be used: permission denied"
    problem = "is not a directory" if os.path.exists(cwd) else "does not exist"
    return f"its working directory {cwd} {problem}"
