"""A container, and the docker client that is attached to it: its output, its end and its stdin are the container's."""

import asyncio
import os
import tempfile
import time

from ...errors import Evidence
from ...timing.settles_within import settles_within
from .docker_client import DockerClient
from .docker_command import DockerRun
from .guard import Guard
from .instance import Ending, OnLine
from .plugin_process import KILLED_BY_WHOM, PluginProcess
from .signal_name import signal_name
from .starting_gate import Command

REMOVE_RETRY = 0.1
"""Seconds between two attempts to remove what may still be in the making."""
REMOVE = 10.0
"""Seconds: an engine that does not get rid of a container in this time is not waited for."""
OOM_ANSWER = 5.0
DOCKER_FAILED = 125
"""What docker's client exits with where docker itself failed."""
SIGNALLED = 128
"""A shell's way, and docker-init's, to say that a signal ended it."""


class ContainerProcess:
    """Starts on the running loop. Raises OSError or ValueError where the client cannot be started."""

    def __init__(
        self, docker: DockerClient, run: DockerRun, name: str, memory: str | None, guard: Guard, on_line: OnLine
    ) -> None:
        self._docker = docker
        self._name = name
        self._memory = memory
        self._guard = guard
        self._killed = False
        self._killing: asyncio.Task[None] | None = None
        guard.add_container(docker.file, name)
        try:
            self._client = _start_client(docker, run, guard, on_line)
        except BaseException:
            guard.remove_container(name)
            raise
        self.pid = self._client.pid
        self.ready = self._client.ready
        self.exited = self._client.exited
        self.ended: asyncio.Future[Ending] = asyncio.create_task(self._await_end())

    @property
    def has_exited(self) -> bool:
        """Whether it is gone."""
        return self._client.has_exited

    def evidence(self) -> Evidence:
        """Return what it has printed so far, and how it ended if it did."""
        return self._client.evidence()

    async def stop(self, grace: float) -> None:
        """As `Instance.stop`."""
        try:
            if not self.has_exited and grace > 0:
                limit = time.monotonic() + grace
                # One that does not run yet has nothing to put away.
                told = asyncio.create_task(self._docker.signal(self._name, "TERM"))
                await asyncio.wait((self.exited, told), timeout=grace, return_when=asyncio.FIRST_COMPLETED)
                if self.has_exited or await told:
                    await settles_within(self.exited, limit - time.monotonic())
                await told
            if not self.has_exited:
                self.kill()
            if self._killing is not None:
                await asyncio.wait((self._killing,))
            if self.has_exited:
                await asyncio.wait((self.ended,))
        except BaseException:
            # Its end is the guard's business now, where the engine is too slow for this loop.
            self.kill()
            raise

    def kill(self) -> None:
        """Kill it at once; that takes the engine a moment."""
        if not self.has_exited and self._killing is None:
            self._killed = True
            self._killing = asyncio.create_task(self._kill())

    async def _kill(self) -> None:
        """By the engine, as the client's death is not the container's; again and again: it may be in the making."""
        limit = time.monotonic() + REMOVE
        while True:
            await self._docker.remove(self._name)
            if await settles_within(self.exited, REMOVE_RETRY) or time.monotonic() >= limit:
                break
        await self._client.stop(0)

    async def _await_end(self) -> Ending:
        ending = await self._client.ended
        evidence = ending.evidence
        # Otherwise the client has seen that the container is gone.
        is_seen = evidence.signal is None and evidence.exit_code != DOCKER_FAILED
        if is_seen or await self._docker.remove(self._name):
            self._guard.remove_container(self._name)
        return Ending(await self._describe(ending), evidence)

    async def _describe(self, ending: Ending) -> str:
        if ending.evidence.signal is not None:
            return "was killed by SIGKILL" if self._killed else f"lost its docker client, which {ending.how}"
        name = signal_name((ending.evidence.exit_code or 0) - SIGNALLED)
        if name is None:
            return ending.how
        if name != "SIGKILL" or self._killed:
            return f"was killed by {name}"
        ran_out = await self._docker.ran_out_of_memory(self._name, OOM_ANSWER)
        if ran_out is None:
            return KILLED_BY_WHOM
        if not ran_out:
            return "was killed by SIGKILL, by somebody else"
        limit = "" if self._memory is None else f" (resources.memory is {self._memory})"
        return f"was killed for want of memory{limit}"


def _start_client(docker: DockerClient, run: DockerRun, guard: Guard, on_line: OnLine) -> PluginProcess:
    if run.input is None:
        return PluginProcess(Command(docker.file, run.args(None), os.getcwd(), run.env), guard, on_line)
    # A file that nobody else can get hold of: it has no name.
    with tempfile.TemporaryFile() as file:
        file.write(run.input.encode())
        file.seek(0)
        args = run.args(f"/dev/fd/{file.fileno()}")
        command = Command(docker.file, args, os.getcwd(), run.env, (file.fileno(),))
        return PluginProcess(command, guard, on_line)
