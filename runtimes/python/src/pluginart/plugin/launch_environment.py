"""What a host tells the plugin that it starts. PROTOCOL.md, section 2."""

import os
import re
from collections.abc import MutableMapping
from dataclasses import dataclass

from ..errors import ConfigError

_TOKEN = re.compile(r"(?:[\da-fA-F]{2}){16,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LaunchEnvironment:
    """The variables, as far as they count."""

    socket_path: str | None
    """The Unix socket to bind."""
    address: str | None
    """The TCP address to bind, ``host:port``."""
    token: str | None
    """The secret that the host proves to know, hex; only where it counts."""
    has_foreign_token: bool
    """A token is there, but for another plugin's address."""
    lifeline: bool
    """The plugin ends when its stdin does."""


def take_launch_environment(env: MutableMapping[str, str]) -> LaunchEnvironment:
    """Read the variables and remove the secret ones, so that nothing the plugin starts inherits them.

    Raises ConfigError: PLUGIN_TOKEN counts and is no token.
    """
    socket_path = env.get("PLUGIN_SOCKET") or None
    address = env.get("PLUGIN_ADDR") or None
    token = env.pop("PLUGIN_TOKEN", "") or None
    meant_for = env.pop("PLUGIN_TOKEN_FOR", None)
    wants_lifeline = env.pop("PLUGIN_LIFELINE", "") == "stdin"
    counts = token is not None and meant_for == (socket_path or address)
    if counts and token is not None and not _TOKEN.fullmatch(token):
        raise ConfigError("PLUGIN_TOKEN is no token: expected 16 to 64 bytes as hexadecimal digits")
    return LaunchEnvironment(
        socket_path=socket_path,
        address=address,
        token=token if counts else None,
        has_foreign_token=token is not None and not counts,
        lifeline=counts and wants_lifeline,
    )


def _take_own() -> LaunchEnvironment | ConfigError:
    try:
        return take_launch_environment(os.environ)
    except ConfigError as error:
        return error


# Taken when this module is loaded: the secrets are gone before any other code of the plugin can run.
OWN_LAUNCH = _take_own()
"""What this process was started with; the error where that is wrong."""
