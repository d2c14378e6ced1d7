"""Asks whether somebody listens, to say why a plugin is not ready."""

import asyncio
import socket

from .address import Address, UnixAddress

TIMEOUT = 0.5
"""Seconds."""


async def is_listening(address: Address) -> bool:
    """Return whether somebody accepts connections there."""
    family = socket.AF_UNIX if isinstance(address, UnixAddress) else socket.AF_INET
    where = address.path if isinstance(address, UnixAddress) else (address.host, address.port)
    with socket.socket(family) as probe:
        probe.setblocking(False)
        try:
            async with asyncio.timeout(TIMEOUT):
                await asyncio.get_running_loop().sock_connect(probe, where)
        except OSError:
            return False
    return True
