"""What the plugins of one manager share on this machine."""

import asyncio

from .container_sweep import sweep_containers
from .docker_client import DockerClient
from .guard import Guard
from .host_directory import HostDirectory, make_host_directory, sweep_dead_hosts


class OpenHome:
    """One directory for sockets, one guard. To be made on a running loop."""

    def __init__(self) -> None:
        path = make_host_directory()
        # At once, as from here on there is something to clean up after a host that is killed.
        self.guard = Guard(path)
        self._sweep: asyncio.Task[None] | None = None
        try:
            self.directory = HostDirectory(path)
        except BaseException:
            self.guard.let_go()
            raise

    def sweep_containers_once(self, docker: DockerClient) -> None:
        """Remove the containers of dead hosts, in the background; only the first call does anything."""
        if self._sweep is None:
            self._sweep = asyncio.create_task(sweep_containers(docker))

    async def close(self) -> None:
        """Remove it."""
        self.directory.remove()
        await self.guard.close()
        if self._sweep is not None:
            await asyncio.wait((self._sweep,))


class HostHome:
    """The home of one manager: made when a plugin is first launched, so that hosts of remote plugins have none.

    A manager has a home of its own, not one for each process, because it belongs to one event loop.
    """

    def __init__(self) -> None:
        self._open: OpenHome | None = None

    def open(self) -> OpenHome:
        """Return what there is, or make it. Raises a StartupError; the next one tries anew."""
        if self._open is None:
            sweep_dead_hosts()
            self._open = OpenHome()
        return self._open

    async def close(self) -> None:
        """Remove it. To be called when every process launched with it has ended."""
        home, self._open = self._open, None
        if home is not None:
            await home.close()
