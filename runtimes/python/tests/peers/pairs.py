"""Sessions of ours, joined to a peer within this process."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

from pluginart.control import (
    AcceptT,
    HandshakeRequestT,
    HandshakeResponseT,
    OfferT,
    decode_handshake_request,
    decode_handshake_response,
    encode_handshake_request,
    encode_handshake_response,
)
from pluginart.errors import ErrorCode, PluginartError, TransportError
from pluginart.plugin import AsyncRawHandler, PluginServer, PluginServerOptions, RawHandler
from pluginart.plugin.serve import make_dispatcher
from pluginart.session import CallContext, HostSession, HostSessionOptions, open_host_session
from pluginart.transport import SocketLink

from .peer import Peer, v1_bytes

CONTRACT_HASH = "sha256:094f99745014e0e307ad2b73394a45887059d3ce7fcda59fbd741f77e7904a14"
"""What both sides of most tests here are built from: the vectors' own."""
OTHER_CONTRACT_HASH = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
TOKEN = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"


def echo(payload: bytes, _call: CallContext) -> bytes:
    return payload


def hold(_payload: bytes, call: CallContext) -> bytes:
    """Wait to be told to stop."""
    call.wait_cancelled()
    call.raise_if_cancelled()
    return b""


async def stuck(_payload: bytes, _call: CallContext) -> bytes:
    """Never return, whatever one is told; but for the end of the test."""
    while True:
        try:
            await asyncio.sleep(3_600)
        except asyncio.CancelledError:
            if PluginUnderTest.is_over:
                raise


HANDLERS: dict[str, RawHandler | AsyncRawHandler] = {"echo": echo, "hold": hold, "stuck": stuck}


class PluginUnderTest:
    """A plugin of ours that peers connect to."""

    is_over = False

    def __init__(self, handler: RawHandler | AsyncRawHandler = echo, **options: Any) -> None:
        self.errors: list[PluginartError] = []
        """Of connections that failed."""
        self.handler_errors: list[BaseException] = []
        PluginUnderTest.is_over = False
        workers = options.pop("workers", 4)
        schema = options.pop("schema", None)
        self.dispatcher = make_dispatcher(
            handler, CONTRACT_HASH, schema, workers, lambda error, _: self.handler_errors.append(error)
        )
        options.setdefault("on_connection_error", self.errors.append)
        self.server = PluginServer(self.dispatcher, PluginServerOptions(**options))

    def connect(self) -> Peer:
        near, far = socket.socketpair()
        self.server.accept(SocketLink(near, asyncio.get_running_loop(), "memory"))
        return Peer(far)

    async def v2_peer(self, **offer: Any) -> Peer:
        """A host that has shaken hands."""
        peer = self.connect()
        await peer.send(request_bytes(OfferT(versions=[2], **offer)))
        frame = await peer.v1_frame()
        assert frame is not None
        response = decode_handshake_response(frame[1])
        assert response.ok
        assert response.accept is not None
        return peer

    async def v1_peer(self) -> Peer:
        peer = self.connect()
        await peer.send(request_bytes(None))
        frame = await peer.v1_frame()
        assert frame is not None
        assert decode_handshake_response(frame[1]).ok
        return peer

    async def __aenter__(self) -> "PluginUnderTest":
        return self

    async def __aexit__(self, *_: object) -> None:
        PluginUnderTest.is_over = True
        await self.server.destroy()
        current = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.dispatcher.stop(5.0)


def request_bytes(offer: OfferT | None, contract_hash: str = CONTRACT_HASH) -> bytes:
    return v1_bytes(
        1,
        bytes(
            encode_handshake_request(HandshakeRequestT(contract_hash=contract_hash, plugin_name="peer", offer=offer))
        ),
    )


def response_bytes(response: HandshakeResponseT) -> bytes:
    return v1_bytes(2, bytes(encode_handshake_response(response)))


def accept_bytes(**accept: Any) -> bytes:
    return response_bytes(HandshakeResponseT(ok=True, accept=AcceptT(version=2, contract_hash=CONTRACT_HASH, **accept)))


def host_link() -> tuple[SocketLink, Peer]:
    near, far = socket.socketpair()
    return SocketLink(near, asyncio.get_running_loop(), "memory"), Peer(far)


@contextlib.asynccontextmanager
async def open_host(answer: bytes, **options: Any) -> AsyncIterator[tuple[HostSession, Peer]]:
    """A host session of ours, and the peer that answered its handshake with these bytes."""
    link, peer = host_link()
    chosen = {"plugin_name": "peer", "contract_hash": CONTRACT_HASH, "handshake_timeout": 20.0, **options}
    opening = asyncio.ensure_future(open_host_session(link, HostSessionOptions(**chosen)))
    frame = await peer.v1_frame()
    assert frame is not None
    decode_handshake_request(frame[1])
    await peer.send(answer)
    try:
        session = await opening
        try:
            yield session, peer
        finally:
            session.close(TransportError(ErrorCode.UNAVAILABLE, "the test is over"))
    finally:
        peer.close()
        await link.wait_closed()
