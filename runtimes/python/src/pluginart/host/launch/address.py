"""Where a plugin listens."""

from dataclasses import dataclass

from ...transport import TcpAddress, format_address


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A Unix socket."""

    path: str


Address = UnixAddress | TcpAddress


def describe_address(address: Address) -> str:
    """Say it to people: ``unix:/tmp/pluginart-x/echo-1.sock`` or ``127.0.0.1:9000``."""
    return f"unix:{address.path}" if isinstance(address, UnixAddress) else format_address(address)
