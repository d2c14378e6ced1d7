"""How to start a plugin, resolved: paths absolute, durations in seconds."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Transport = Literal["unix", "tcp"]

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
    """Limits of a container, as docker's own flags take them; None = none."""

    memory: str | None = None
    """``256m``"""
    cpus: float | None = None
    """``1.5``"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerLaunch:
    """A container that the host starts."""

    image: str
    args: Sequence[str] = ()
    transport: Transport = "unix"
    env: Mapping[str, str] = field(default_factory=dict)
    resources: Resources = Resources()


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
