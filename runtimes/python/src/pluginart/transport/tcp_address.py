"""TCP endpoints as text."""

import re
from typing import NamedTuple

from ..errors import ConfigError

_ADDRESS = re.compile(r"(?:\[([^\]]+)\]|([^:\[\]]+)):(\d{1,5})", re.ASCII)


class TcpAddress(NamedTuple):
    """A TCP endpoint."""

    host: str
    """Without brackets."""
    port: int


def parse_address(text: str) -> TcpAddress:
    """Read ``host:port``; IPv6 in brackets, ``[::1]:9000``. Raises ConfigError."""
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match[3]) > 65_535:
        raise ConfigError(
            f'"{text}" is no address: expected host:port, as in 127.0.0.1:9000 or [::1]:9000, port 0 to 65535'
        )
    return TcpAddress(match[1] or match[2], int(match[3]))


def format_address(address: TcpAddress) -> str:
    """Write ``host:port``."""
    return f"[{address.host}]:{address.port}" if ":" in address.host else f"{address.host}:{address.port}"
