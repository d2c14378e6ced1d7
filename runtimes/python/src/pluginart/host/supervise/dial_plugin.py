"""Connects to a plugin."""

import asyncio
import time

from ...errors import TransportError
from ...session.link import Link
from ...transport import dial_tcp, dial_unix
from ..launch.address import Address, UnixAddress

PATIENCE = 0.3
"""Seconds: some plugins print READY a moment before they listen."""
RETRY = 0.02


async def dial_plugin(address: Address, timeout: float) -> Link:
    """Raises TransportError."""
    if isinstance(address, UnixAddress):
        return await dial_unix(address.path, timeout)
    return await dial_tcp(address.host, address.port, timeout)


async def dial_ready_plugin(address: Address, timeout: float) -> Link:
    """Dial one that has just said READY. Raises TransportError when nobody has listened for a third of a second."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            return await dial_plugin(address, timeout)
        except TransportError as error:
            if not nobody_listens(error) or time.monotonic() >= give_up:
                raise
        await asyncio.sleep(RETRY)


def nobody_listens(error: BaseException) -> bool:
    """Return whether a connection failed because there is nobody."""
    return isinstance(error, TransportError) and isinstance(error.__cause__, ConnectionRefusedError | FileNotFoundError)
