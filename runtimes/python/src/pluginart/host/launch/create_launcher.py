"""The launcher for a plugin's type."""

from .binary_launcher import BinaryLauncher
from .host_home import HostHome
from .instance import Launcher
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
            # Loaded here, so that those who start no containers do not pay for it.
            from .docker_launcher import DockerLauncher

            return DockerLauncher(name, launch, home)
