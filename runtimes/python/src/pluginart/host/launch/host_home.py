"""What the plugins of one manager share on this machine."""

from .guard import Guard
from .host_directory import HostDirectory, make_host_directory, sweep_dead_hosts


class OpenHome:
    """One directory for sockets, one guard. To be made on a running loop."""

    def __init__(self) -> None:
        path = make_host_directory()
        # At once, as from here on there is something to clean up after a host that is killed.
        self.guard = Guard(path)
        try:
            self.directory = HostDirectory(path)
        except BaseException:
            self.guard.let_go()
            raise


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
            home.directory.remove()
            await home.guard.close()
