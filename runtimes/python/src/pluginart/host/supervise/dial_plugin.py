"""Connects to a plugin."""

import asyncio
import errno
import time

from ...errors import TransportError
from ...session.link import Link
from ...transport import dial_tcp, dial_unix
from ..launch.address import Address, UnixAddress

READY_PATIENCE = 0.3
"""Seconds: some plugins print READY a moment before they listen."""
RETRY = 0.02


async def dial_plugin(address: Address, timeout: float) -> Link:
    """Raises TransportError."""
    if isinstance(address, UnixAddress):
        return await dial_unix(address.path, timeout)
    return await dial_tcp(address.host, address.port, timeout)


async def dial_ready_plugin(address: Address, timeout: float) -> Link:
    """Dial one that has just said READY. Raises TransportError when nobody has listened for a third of a second."""
    give_up = time.monotonic() + READY_PATIENCE
    while True:
        try:
            return await dial_plugin(address, timeout)
        except TransportError as error:
            if not nobody_listens(error) or time.monotonic() >= give_up:
                raise
        await asyncio.sleep(RETRY)


def nobody_listens(error: BaseException) -> bool:
    """Return whether a connection failed because there is nobody."""
    return system_number(error) in (errno.ECONNREFUSED, errno.ENOENT)


def system_number(error: BaseException) -> int | None:
    """Return the operating system's number for a failure to connect."""
    cause = error.__cause__ if isinstance(error, TransportError) else None
    return cause.errno if isinstance(cause, OSError) else None
