"""Why docker did not run a container, and what in one differs from elsewhere."""

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass

from ...errors import Evidence
from .launch_spec import DockerLaunch


@dataclass(frozen=True, slots=True)
class DockerRefusal:
    """Docker did not run it."""

    what: str
    """Continues ``plugin "x" could not be started:``."""
    port_taken: bool = False
    """Somebody else took the port: another one may do."""


@dataclass(frozen=True, slots=True)
class _Reason:
    says: re.Pattern[str]
    explain: Callable[[DockerLaunch, re.Match[str]], str]


def _reason(says: str, explain: Callable[[DockerLaunch, re.Match[str]], str]) -> _Reason:
    return _Reason(re.compile(says, re.IGNORECASE), explain)


_PORT_TAKEN = _reason(
    "port is already allocated|address already in use",
    lambda launch, found: "each port that was tried for it had been taken by somebody else meanwhile",
)

# What docker's client, its engine, or docker-init says, the more particular first.
_REASONS = (
    _reason(
        r"permission denied while trying to connect to the docker (?:daemon socket|API)(?: at (\S+))?",
        lambda launch, found: (
            f"this user may not talk to the docker engine{_at(found[1])}: "
            "add it to the group of that socket (Debian: adduser <user> docker), which makes it as powerful as root, "
            "or use a rootless engine"
        ),
    ),
    _reason(
        r"cannot connect to the docker daemon(?: at (\S+))?|failed to connect to the docker API(?: at (\S+))?"
        "|error during connect",
        lambda launch, found: (
            f"no docker engine answers{_at(found[1] or found[2])}: "
            'start it (systemctl start docker), or see whether DOCKER_HOST and "docker context ls" name the right one'
        ),
    ),
    _reason(
        r'context "?([^" ]+)"?(?: does not exist|: context not found)',
        lambda launch, found: (
            f'there is no docker context "{found[1]}": "docker context ls" lists them; '
            'DOCKER_CONTEXT and "docker context use" choose one'
        ),
    ),
    _reason(
        r'error response from daemon: .*(?:get|head) "https?://([^"/]+)',
        lambda launch, found: (
            f'image "{launch.image}" could not be pulled, as the registry at {found[1]} did not give it: '
            "see that the engine reaches that and may pull from it (docker login), "
            'or docker build the image and set pull = "never"'
        ),
    ),
    _reason(
        r"no such image|unable to find image|manifest (?:for \S+ )?(?:unknown|not found)|pull access denied",
        lambda launch, found: (
            f'the engine has no image "{launch.image}": docker build or docker pull it, or set pull = "missing"'
            if launch.pull == "never"
            else f'there is no image "{launch.image}", neither on the engine nor at its registry'
        ),
    ),
    _PORT_TAKEN,
    # docker only warns, as an emulator may run it. What then fails to start shows that there is none.
    _reason(
        r"image's platform \((\S+)\) does not match the detected host platform \((\S+)\)"
        r"[\s\S]*(?:exec \S+ failed|exec format error)",
        lambda launch, found: (
            f'image "{launch.image}" is built for {found[1]}, and the engine runs {found[2]}: '
            "docker build it there, or with --platform"
        ),
    ),
    _reason(
        "exec format error",
        lambda launch, found: (
            f'the program of image "{launch.image}" is built for another kind of machine than this engine\'s, '
            "or is a script without #!"
        ),
    ),
    _reason(
        r"exec (\S+) failed: no such file or directory"
        r'|exec: "([^"]+)": (?:executable file not found|stat|no such file)',
        lambda launch, found: (
            f'image "{launch.image}" has no program {found[1] or found[2]}, '
            "or not the interpreter or library that it needs"
        ),
    ),
    _reason(
        r'exec (\S+) failed: permission denied|exec: "([^"]+)": permission denied',
        lambda launch, found: f'{found[1] or found[2]} of image "{launch.image}" is not executable for its user',
    ),
    _reason(
        "no command specified",
        lambda launch, found: f'image "{launch.image}" says not what to run: give it an ENTRYPOINT, or args',
    ),
    _reason(
        r"unable to find user (\S+?):|no matching entries in passwd file",
        lambda launch, found: (
            f'image "{launch.image}" is to run as the user "{found[1]}" and has none of that name: '
            "let its USER be a number, or set user"
            if launch.user is None
            else f'image "{launch.image}" has no user "{launch.user}": give its number'
        ),
    ),
    _reason(
        r"network (\S+) not found",
        lambda launch, found: f"the engine has no network {found[1]}: docker network create it",
    ),
)

_docker_says = re.compile(
    r"^(?:docker: |\[FATAL tini|exec \S+: exec format error)|docker endpoint", re.MULTILINE
).search
"""How docker's client, docker-init and the engine begin what they have to say themselves."""
NOT_RUN = (1, 125, 126, 127)
"""What they exit with where the program did not run at all."""

_is_read_only = re.compile("EROFS|read-only file system", re.IGNORECASE).search
_is_crowded = re.compile(
    "EAGAIN|resource temporarily unavailable|can't start new thread|pthread_create failed", re.IGNORECASE
).search


def why_refused(launch: DockerLaunch, evidence: Evidence) -> DockerRefusal | None:
    """Return None where the plugin itself ran, and ended."""
    text = "\n".join(evidence.stderr)
    if evidence.exit_code not in NOT_RUN or not _docker_says(text):
        return None
    for reason in _REASONS:
        found = reason.says.search(text)
        if found is not None:
            return DockerRefusal(reason.explain(launch, found), reason is _PORT_TAKEN)
    return DockerRefusal("docker could not run it")


def hint_of(launch: DockerLaunch, evidence: Evidence) -> str:
    """Say what in a container may have been the end of a plugin that ran; begins with ``;``."""
    text = "\n".join(evidence.stderr)
    if launch.read_only and _is_read_only(text):
        return "; its file system is read-only but for /tmp (read_only)"
    if _is_crowded(text):
        return f"; at most {launch.resources.pids} processes and threads may run in it (resources.pids)"
    return ""


def hint_of_unreachable(launch: DockerLaunch, number: int | None) -> str:
    """Say why a container that is ready cannot be connected to; `number` is the system's. Begins with ``;``."""
    if launch.transport == "unix":
        whose = "its user there" if launch.user is None else f'user "{launch.user}"'
        if number == errno.EACCES:
            return f'; {whose} made a socket that this host may not use: leave user out, or set transport = "tcp"'
        return ""
    # Where docker's own proxy is reached, the engine is on this machine, and nobody listens behind it.
    if number is None:
        return "; it has to listen at PLUGIN_ADDR, which is 0.0.0.0 and a port in there, before it prints READY"
    return (
        "; a port is published on the machine of the engine, which has to be this one: "
        'see DOCKER_HOST and "docker context ls"'
    )


def _at(where: str | None) -> str:
    return "" if where is None else f" at {where.rstrip('.:;,')}"
