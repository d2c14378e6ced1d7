"""Waits for something, but not for ever."""

import asyncio
from typing import Any


async def settles_within(future: "asyncio.Future[Any]", seconds: float) -> bool:
    """Return whether a future is done in time. It is not cancelled where it is not."""
    if not future.done():
        await asyncio.wait((future,), timeout=max(seconds, 0))
    return future.done()
