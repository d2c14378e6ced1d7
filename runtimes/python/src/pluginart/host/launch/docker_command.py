"""How ``docker`` is called to run a container."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...transport import TcpAddress
from .address import Address, UnixAddress
from .environment import protocol_variables
from .launch_spec import DockerLaunch
from .repeated_flag import repeated_flag
from .starting_gate import passes_through_shell

SOCKET_FOLDER_INSIDE = "/run/pluginart"
"""Where the folder of a plugin's socket is mounted."""
SOCKET_NAME = "plugin.sock"

_steers = re.compile(
    r"(?:DOCKER|BUILDKIT|LD|DYLD|GO\w*|SSL)_|(?:PATH|HOME|GODEBUG|ENV|BASH_ENV)$|.*_proxy$", re.IGNORECASE
).match
"""Variables that steer docker's client, or the programs on the way to it."""
_unfit_for_file = re.compile(r"\s|#").search


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerPlan:
    """A container in the making."""

    name: str
    labels: Mapping[str, str]
    address: Address
    """Where the host reaches it."""
    socket_folder: str | None
    """The host's folder for its socket; None with TCP."""
    token: str
    user: str | None
    """Whom it runs as; None: whom the image says."""


@dataclass(frozen=True, slots=True)
class DockerRun:
    """A call of the client."""

    args_before_input: list[str]
    args_after_input: list[str]
    env: dict[str, str]
    """For the client; of the plugin's variables it holds those that the arguments name."""
    input: str | None
    """Variables for it to read from a file; None: none."""

    def args(self, input_path: str | None) -> list[str]:
        """Return the arguments; `input_path` is where `input` can be read."""
        env_file = [] if input_path is None else ["--env-file", input_path]
        return [*self.args_before_input, *env_file, *self.args_after_input]


def docker_run(launch: DockerLaunch, plan: ContainerPlan, client_env: Mapping[str, str]) -> DockerRun:
    """Run it attached, so that its output and end are seen at once and stdin is its lifeline.

    Nothing that is secret stands among the arguments, which every user of the machine may see. Raises ValueError: a
    variable that steers the client has a line end in its value.
    """
    variables = _variables_of(launch, plan)
    named = [name for name in variables if _is_free_name(name, client_env)]
    filed = {name: value for name, value in variables.items() if name not in named}
    before = [
        # Its output is the host's to keep: the engine would fill a disk with it.
        *("run", "--interactive", "--init", "--rm", "--log-driver", "none"),
        *("--pull", launch.pull, "--name", plan.name),
        *repeated_flag("--label", (f"{name}={value}" for name, value in plan.labels.items())),
        *_reach(plan),
        *repeated_flag("--env", named),
    ]
    after = [*_confinement(launch, plan), launch.image, *launch.args]
    env = {**client_env, **{name: variables[name] for name in named}}
    return DockerRun(before, after, env, _env_file(filed) if filed else None)


def _variables_of(launch: DockerLaunch, plan: ContainerPlan) -> dict[str, str]:
    seen_by_plugin: Address
    if isinstance(plan.address, UnixAddress):
        seen_by_plugin = UnixAddress(f"{SOCKET_FOLDER_INSIDE}/{SOCKET_NAME}")
    else:
        seen_by_plugin = TcpAddress("0.0.0.0", plan.address.port)
    return {**launch.env, **protocol_variables(seen_by_plugin, plan.token)}


def _is_free_name(name: str, client_env: Mapping[str, str]) -> bool:
    """Whether the client can have it in its environment, and nobody on the way takes it for their own."""
    return passes_through_shell(name) and not _steers(name) and name not in client_env


def _env_file(variables: Mapping[str, str]) -> str:
    for name, value in variables.items():
        if "\n" in value or "\r" in value or _unfit_for_file(name):
            raise ValueError(f"the variable {name} cannot be given to a container with a value of several lines")
    return "".join(f"{name}={value}\n" for name, value in variables.items())


def _reach(plan: ContainerPlan) -> list[str]:
    if plan.socket_folder is None:
        assert isinstance(plan.address, TcpAddress)
        host, port = plan.address
        return ["--publish", f"{host}:{port}:{port}"]
    # The flag is a line of CSV.
    source = '"source=' + plan.socket_folder.replace('"', '""') + '"'
    return ["--mount", f"type=bind,{source},target={SOCKET_FOLDER_INSIDE}"]


def _confinement(launch: DockerLaunch, plan: ContainerPlan) -> list[str]:
    resources = launch.resources
    return [
        *("--cap-drop", "ALL", *repeated_flag("--cap-add", launch.capabilities)),
        *(("--security-opt", "no-new-privileges") if launch.no_new_privileges else ()),
        *(("--read-only",) if launch.read_only else ()),
        *("--tmpfs", f"/tmp:mode=1777,size={launch.tmp_size}", "--pids-limit", str(resources.pids)),
        *(() if resources.memory is None else ("--memory", resources.memory)),
        *(() if resources.cpus is None else ("--cpus", f"{resources.cpus:g}")),
        *(() if plan.user is None else ("--user", plan.user)),
        *(() if launch.network is None else ("--network", launch.network)),
    ]
