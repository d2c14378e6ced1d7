"""What a launched plugin is configured by."""

from collections.abc import Iterable, Mapping

from .address import Address, UnixAddress, describe_address
from .launch_spec import BinaryLaunch

TOKEN_BYTES = 32
"""Of the secret for one launch."""
RESERVED_PREFIX = "PLUGIN_"
"""Variables of this prefix belong to the protocol: a host that is itself a plugin must not pass its own on."""


def plugin_environment(
    launch: BinaryLaunch, host_environment: Mapping[str, str], address: Address, token: str
) -> dict[str, str]:
    """Return the host's environment, then the plugin's `env`, then ``PLUGIN_*``."""
    inherited = _inherited_names(launch, host_environment)
    environment = {name: host_environment[name] for name in inherited if name in host_environment}
    environment |= launch.env
    environment = {name: value for name, value in environment.items() if not name.startswith(RESERVED_PREFIX)}
    return environment | protocol_variables(address, token)


def protocol_variables(address: Address, token: str) -> dict[str, str]:
    """Tell a plugin that it was launched, and where it is to listen: the address as the plugin itself sees it."""
    if isinstance(address, UnixAddress):
        variable, where = "PLUGIN_SOCKET", address.path
    else:
        variable, where = "PLUGIN_ADDR", describe_address(address)
    return {
        variable: where,
        "PLUGIN_TOKEN": token,
        "PLUGIN_TOKEN_FOR": where,
        "PLUGIN_LIFELINE": "stdin",
    }


def _inherited_names(launch: BinaryLaunch, host_environment: Mapping[str, str]) -> Iterable[str]:
    if launch.inherit_env is True:
        return host_environment
    return () if launch.inherit_env is False else launch.inherit_env
