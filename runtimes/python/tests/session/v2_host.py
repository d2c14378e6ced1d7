"""Our host on one end of a connection, on the other a version 2 plugin made by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pluginart.control import PluginErrorT, encode_plugin_error
from pluginart.session import HostSession

from ..failures import failure_of
from ..peers.pairs import accept_bytes, open_host
from ..peers.peer import Peer, PeerFrame, v2_bytes

CALL, RESPONSE, ERROR, CANCEL, PING, GOAWAY, DESCRIBE = 3, 4, 5, 6, 7, 12, 14


def error_bytes(frame_type: int, stream: int, code: int, message: str, **more: Any) -> bytes:
    body = bytes(encode_plugin_error(PluginErrorT(code=code, message=message, **more)))
    return v2_bytes(frame_type, stream, body)


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[tuple[HostSession, Peer]]:
    accept = {name: options.pop(name) for name in ("max_concurrent_calls", "max_message_bytes") if name in options}
    async with open_host(accept_bytes(**accept), **options) as (session, peer):
        yield session, peer


async def say(session: HostSession, what: str, timeout: float | None = None) -> str:
    return (await session.call(what.encode(), timeout=timeout)).decode()


async def received(peer: Peer) -> PeerFrame:
    frame = await peer.message()
    assert frame is not None
    return frame


def started(session: HostSession, count: int, timeout: float | None = None) -> "list[asyncio.Task[str]]":
    return [asyncio.ensure_future(say(session, str(number), timeout)) for number in range(count)]


async def code_of(pending: Any) -> int:
    return (await failure_of(pending)).code
