"""A plugin that somebody else runs: there is nothing to start and nothing to stop."""

from ...transport import TcpAddress
from .instance import OnLine
from .launch_spec import RemoteLaunch


class RemoteInstance:
    """Where it listens, and the secret shared with it."""

    process = None
    behind_proxy = False

    def __init__(self, address: TcpAddress, token: str | None) -> None:
        self.address = address
        self.token = token

    def hint_of_unreachable(self, number: int | None) -> str:
        """As `Instance.hint_of_unreachable`."""
        return ""

    async def stop(self, grace: float) -> None:
        """Do nothing: it is not ours to stop."""


class RemoteLauncher:
    """Names the address."""

    command = None

    def __init__(self, launch: RemoteLaunch) -> None:
        self._launch = launch

    async def launch(self, *, timeout: float, on_line: OnLine) -> RemoteInstance:
        """As `Launcher.launch`; never fails."""
        return RemoteInstance(TcpAddress(self._launch.host, self._launch.port), self._launch.token)
