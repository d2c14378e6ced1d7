"""The launcher for a plugin's type."""

import json

from ...errors import StartupError
from .binary_launcher import BinaryLauncher
from .host_home import HostHome
from .instance import Instance, Launcher, OnLine
from .launch_spec import BinaryLaunch, DockerLaunch, LaunchSpec, RemoteLaunch
from .remote_launcher import RemoteLauncher


def create_launcher(name: str, launch: LaunchSpec, home: HostHome) -> Launcher:
    """Return what starts a plugin."""
    match launch:
        case BinaryLaunch():
            return BinaryLauncher(name, launch, home)
        case RemoteLaunch():
            return RemoteLauncher(launch)
        case DockerLaunch():
            return _NoDockerLauncher(name, launch)


class _NoDockerLauncher:
    def __init__(self, plugin: str, launch: DockerLaunch) -> None:
        self._plugin = plugin
        self.command = json.dumps([launch.image, list(launch.args)])

    async def launch(self, *, timeout: float, on_line: OnLine) -> Instance:
        raise StartupError(
            f'plugin "{self._plugin}": docker plugins are not there yet; run it as type = "binary", '
            'or start the container yourself and use type = "remote"',
            plugin=self._plugin,
            origin="local",
        )
