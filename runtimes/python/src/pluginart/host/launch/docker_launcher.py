"""Starts a container by the ``docker`` command."""

import asyncio
import itertools
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable

from ...transport import TcpAddress
from .address import UnixAddress, describe_address
from .await_ready import MAX_PORTS_TRIED, UNREADY_STOP, PortTakenError, await_ready, misprinted_ready
from .container_process import ContainerProcess
from .container_sweep import container_labels
from .docker_client import DockerClient
from .docker_command import SOCKET_NAME, ContainerPlan, docker_run
from .docker_failure import hint_of, hint_of_unreachable, why_refused
from .environment import TOKEN_BYTES
from .free_port import find_free_port
from .host_home import HostHome, OpenHome
from .instance import OnLine
from .is_listening import is_listening
from .launch_spec import DockerLaunch
from .startup_failure import startup_failure

_started = itertools.count(1)
"""Containers of one host are told apart by it, over all its managers."""


class ContainerInstance:
    """A container that runs."""

    def __init__(self, launch: DockerLaunch, plan: ContainerPlan, process: ContainerProcess) -> None:
        self.address = plan.address
        self.token = plan.token
        self.process = process
        self._launch = launch
        self._plan = plan

    @property
    def behind_proxy(self) -> bool:
        """As `Instance.behind_proxy`."""
        return isinstance(self.address, TcpAddress)

    def hint_of_unreachable(self, number: int | None) -> str:
        """As `Instance.hint_of_unreachable`."""
        return hint_of_unreachable(self._launch, number)

    async def stop(self, grace: float) -> None:
        """As `Instance.stop`."""
        await self.process.stop(grace)
        _remove_folder(self._plan)


class DockerLauncher:
    """Starts one image, again and again."""

    def __init__(
        self, plugin: str, launch: DockerLaunch, home: HostHome, find_port: Callable[[], int] = find_free_port
    ) -> None:
        self._plugin = plugin
        self._launch = launch
        self._home = home
        self._find_port = find_port

    @property
    def command(self) -> str:
        """As `Launcher.command`."""
        return json.dumps(["docker", self._launch.image, list(self._launch.args)])

    async def launch(self, *, timeout: float, on_line: OnLine) -> ContainerInstance:
        """As `Launcher.launch`."""
        if sys.platform == "win32" or (self._launch.transport == "unix" and sys.platform != "linux"):
            way = 'its engine shares no sockets with it: set transport = "tcp"'
            why = way if self._launch.transport == "unix" else "not supported yet"
            raise startup_failure(self._plugin, f"cannot be started on {sys.platform}: {why}", None)
        deadline = time.monotonic() + timeout
        docker = DockerClient.find(self._plugin)
        home = self._home.open()
        home.sweep_containers_once(docker)
        for tried in range(1, MAX_PORTS_TRIED + 1):
            try:
                return await self._launch_once(docker, home, timeout, deadline, on_line)
            except PortTakenError as taken:
                if tried == MAX_PORTS_TRIED:
                    raise taken.failure from None
        raise AssertionError

    async def _launch_once(
        self, docker: DockerClient, home: OpenHome, timeout: float, deadline: float, on_line: OnLine
    ) -> ContainerInstance:
        plan = self._plan(home)
        child = self._start(docker, plan, home, on_line)
        instance = ContainerInstance(self._launch, plan, child)
        try:
            outcome = await await_ready(child, deadline - time.monotonic())
            if outcome == "ready":
                return instance
            # docker itself listens at a published port, whether anybody does inside or not.
            is_unix = isinstance(plan.address, UnixAddress)
            listened = outcome == "late" and is_unix and await is_listening(plan.address)
        except BaseException:
            await instance.stop(UNREADY_STOP)
            raise
        await instance.stop(UNREADY_STOP)
        if outcome == "late":
            evidence = child.evidence()
            state = f"listens at {describe_address(plan.address)}, but has not" if listened else "has not"
            limit = f"{timeout:g} s (startup_timeout)"
            what = f"{state} printed READY alone on a line of stdout within {limit}{misprinted_ready(evidence)}"
            raise startup_failure(self._plugin, what, evidence)
        await self._explain_end(child)
        raise AssertionError

    async def _explain_end(self, child: ContainerProcess) -> None:
        ending = await asyncio.shield(child.ended)
        evidence = ending.evidence
        refusal = why_refused(self._launch, evidence)
        if refusal is None:
            what = f"{ending.how} before it was ready{hint_of(self._launch, evidence)}"
            raise startup_failure(self._plugin, what, evidence)
        failure = startup_failure(self._plugin, f"could not be started: {refusal.what}", evidence)
        raise PortTakenError(failure) if refusal.port_taken else failure

    def _plan(self, home: OpenHome) -> ContainerPlan:
        folder = home.directory.new_socket_folder(self._plugin) if self._launch.transport == "unix" else None
        return ContainerPlan(
            name=f"{home.directory.name}-{self._plugin}-{next(_started)}",
            labels=container_labels(self._plugin),
            address=TcpAddress("127.0.0.1", self._find_port())
            if folder is None
            else UnixAddress(os.path.join(folder, SOCKET_NAME)),
            socket_folder=folder,
            token=secrets.token_hex(TOKEN_BYTES),
            user=self._launch.user or (None if folder is None else _own_user()),
        )

    def _start(self, docker: DockerClient, plan: ContainerPlan, home: OpenHome, on_line: OnLine) -> ContainerProcess:
        try:
            run = docker_run(self._launch, plan, docker.env)
            return ContainerProcess(docker, run, plan.name, self._launch.resources.memory, home.guard, on_line)
        except (OSError, ValueError) as error:
            _remove_folder(plan)
            raise startup_failure(self._plugin, f"could not be started: {error}", None) from error


def _own_user() -> str | None:
    """Root can connect to everybody's socket; anybody else to their own only, as plugins make them with mode 0600."""
    return None if os.getuid() == 0 else f"{os.getuid()}:{os.getgid()}"


def _remove_folder(plan: ContainerPlan) -> None:
    # What the plugin left there as somebody else may stay, as all of the host's directory does then.
    if plan.socket_folder is not None:
        shutil.rmtree(plan.socket_folder, ignore_errors=True)
