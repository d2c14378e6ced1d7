"""The ``docker`` command, as this host would use it in a shell: with its DOCKER_HOST, contexts and credentials."""

import asyncio
import contextlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from ...errors import StartupError
from .find_executable import find_executable
from .repeated_flag import repeated_flag

PATIENCE = 10.0
"""Seconds: no single question to an engine that answers at all takes longer."""

_plain_name = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
_no_container = re.compile("no such container", re.IGNORECASE).search


@dataclass(frozen=True, slots=True)
class _Said:
    ok: bool
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class DockerClient:
    """Where it is, and what it goes by."""

    file: str
    """Absolute."""
    env: Mapping[str, str]

    @classmethod
    def find(cls, plugin: str) -> Self:
        """Raises a StartupError where there is none."""
        try:
            file = find_executable(plugin, "docker", os.environ.get("PATH"))
        except StartupError as error:
            message = (
                f'plugin "{plugin}" could not be started: there is no docker command on this host\'s PATH; '
                "install Docker (https://docs.docker.com/get-docker; Debian's package is docker.io)"
            )
            raise StartupError(message, plugin=plugin, origin="local") from error
        return cls(file, client_environment(os.environ))

    async def signal(self, container: str, name: str) -> bool:
        """Return whether the engine has taken it."""
        return await self.ask("kill", "--signal", name, container) is not None

    async def remove(self, *containers: str) -> bool:
        """Kill and remove, with anonymous volumes. Return whether none of them is there any more."""
        said = await self._run("rm", "--force", "--volumes", *containers)
        left = [line for line in said.stderr.splitlines() if line.strip() and not _no_container(line)]
        return said.ok or (said.stderr != "" and not left)

    async def ask(self, *args: str) -> str | None:
        """Return what a command prints; None where it fails or takes more than ten seconds."""
        said = await self._run(*args)
        return said.stdout if said.ok else None

    async def ran_out_of_memory(self, container: str, timeout: float) -> bool | None:
        """Return whether the kernel killed something in a container, which must be gone, for want of memory.

        None where the engine does not say in time.
        """
        # All that the engine still knows of it; the end of the container is the last there is.
        filters = [f"container={container}", "event=oom", "event=destroy"]
        args = ["events", "--since", "1", *repeated_flag("--filter", filters), "--format", "{{.Action}}"]
        child = await self._start(args)
        assert child.stdout is not None
        try:
            async with asyncio.timeout(timeout):
                async for line in child.stdout:
                    if line.strip() in (b"oom", b"destroy"):
                        return line.strip() == b"oom"
        except TimeoutError:
            pass
        finally:
            await _end(child)
        return None

    async def _run(self, *args: str) -> _Said:
        try:
            child = await self._start(args)
        except OSError as error:
            return _Said(False, "", str(error))
        try:
            async with asyncio.timeout(PATIENCE):
                stdout, stderr = await child.communicate()
        except TimeoutError:
            return _Said(False, "", "")
        finally:
            await _end(child)
        return _Said(child.returncode == 0, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"))

    async def _start(self, args: Iterable[str]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            self.file,
            *args,
            env=self.env,
            cwd="/",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        # What it still had to say is read as well, lest its pipes stay open.
        await child.communicate()


def client_environment(host: Mapping[str, str]) -> dict[str, str]:
    """Return the host's environment less what belongs to a plugin that it may be, and what no shell passes on."""
    return {name: value for name, value in host.items() if _plain_name(name) and not name.startswith("PLUGIN_")}
