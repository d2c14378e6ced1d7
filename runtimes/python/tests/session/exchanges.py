"""Sends what an exchange of protocol/vectors says, and checks all that comes back."""

import asyncio
from typing import Any

from pluginart.control import decode_plugin_error

from ..peers.peer import Peer, PeerFrame, v2_bytes
from ..peers.vectors import bytes_of, pieces

WAYS = ["whole", "byte by byte"]

_UNANSWERED = 0x7FFF_FFFE
_ERROR, _PING, _PONG, _CREDIT, _GOAWAY = 5, 7, 8, 11, 12


async def check_exchange(exchange: dict[str, Any], way: str, peer: Peer) -> None:
    await _send(bytes_of(exchange["bytes"]), way, peer)
    if "goaway" in exchange:
        await _check_goaway(exchange["goaway"], peer)
    else:
        await _check_replies(list(exchange.get("replies", [])), peer)


async def _send(data: bytes, way: str, peer: Peer) -> None:
    if way == "whole":
        await peer.send(data)
        return
    for piece in pieces(data, 1 if len(data) <= 20_000 else 1_000):
        await peer.send(piece)
        await asyncio.sleep(0)


async def _check_replies(missing: list[dict[str, Any]], peer: Peer) -> None:
    # The connection is alive when all is said, and after it nothing more is said.
    barrier = v2_bytes(_PING, 0, arg=_UNANSWERED)
    barriers = 0
    if not missing:
        await peer.send(barrier)
    while True:
        frame = await peer.message()
        assert frame is not None, f"closed, and still to come: {missing}"
        if frame.type == _PONG and frame.arg == _UNANSWERED:
            barriers += 1
            if barriers == 2:
                return
            await peer.send(barrier)
        elif frame.type not in (_PING, _CREDIT):
            found = next((reply for reply in missing if _is_reply(reply, frame)), None)
            assert found is not None, f"unexpected: {frame}; to come: {missing}"
            missing.remove(found)
            if not missing:
                await peer.send(barrier)


async def _check_goaway(code: int, peer: Peer) -> None:
    while True:
        frame = await peer.message()
        assert frame is not None, "closed without GOAWAY"
        if frame.type == _GOAWAY:
            assert decode_plugin_error(frame.body).code == code
            assert await peer.frame() is None, "GOAWAY is the last frame"
            return


def _is_reply(reply: dict[str, Any], frame: PeerFrame) -> bool:
    return (
        frame.type in reply["types"]
        and frame.stream == reply["stream"]
        and ("arg" not in reply or frame.arg == reply["arg"])
        and ("body" not in reply or bytes_of(reply["body"]) == frame.body)
        and ("code" not in reply or (frame.type == _ERROR and decode_plugin_error(frame.body).code == reply["code"]))
    )
