"""How to start a plugin, resolved: paths absolute, durations in seconds."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Transport = Literal["unix", "tcp"]
Pull = Literal["never", "missing", "always"]

DEFAULT_DIAL_TIMEOUT = 5.0
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryLaunch:
    """A program that the host starts."""

    path: str
    """Absolute, or a bare name to be looked up on the plugin's PATH."""
    args: Sequence[str] = ()
    transport: Transport = "unix"
    env: Mapping[str, str] = field(default_factory=dict)
    """Over the host's environment. ``PLUGIN_*`` may not be set and is left out."""
    inherit_env: bool | Sequence[str] = True
    """All of the host's environment, none of it, or the variables listed."""
    cwd: str = field(default_factory=os.getcwd)
    """Default: the host's working directory."""


@dataclass(frozen=True, slots=True)
class Resources:
    """Limits of a container, as docker's own flags take them."""

    memory: str | None = None
    """``256m``; None = none."""
    cpus: float | None = None
    """Processors, ``1.5``; None = none."""
    pids: int = 512
    """Processes and threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerLaunch:
    """A container that the host starts, on the engine that the ``docker`` command of this machine talks to.

    One that says nothing else gets as little as most plugins can do with.
    """

    image: str
    args: Sequence[str] = ()
    """Of the image's entry point, not of docker."""
    transport: Transport = "tcp"
    """``unix`` needs an engine that shares this machine's files: Linux."""
    env: Mapping[str, str] = field(default_factory=dict)
    resources: Resources = Resources()
    pull: Pull = "never"
    """When a registry is asked for the image. A download in the middle of a start would outlast `startup_timeout`."""
    user: str | None = None
    """As ``docker run --user`` takes it. None: the image's; with ``unix``, where this host is not root, its own."""
    network: str | None = None
    """As ``docker run --network`` takes it. None: the engine's."""
    read_only: bool = True
    """Nothing but /tmp can be written to."""
    tmp_size: str = "64m"
    """How much /tmp may hold, in memory."""
    no_new_privileges: bool = True
    """No program gains rights by being set-user-ID."""
    capabilities: Sequence[str] = ()
    """Linux capabilities that are left to it; all others are dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLaunch:
    """A plugin that somebody else runs."""

    host: str
    """A name or an address; IPv6 without brackets."""
    port: int
    dial_timeout: float = DEFAULT_DIAL_TIMEOUT
    """Seconds that one attempt to connect may take."""
    token: str | None = field(default=None, repr=False)
    """The secret shared with the plugin, 16 to 64 bytes as hex; None = nothing is proved."""


LaunchSpec = BinaryLaunch | DockerLaunch | RemoteLaunch
