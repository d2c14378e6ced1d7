import asyncio
from typing import Any

import pytest

from pluginart.control import (
    AcceptT,
    HandshakeResponseT,
    OfferT,
    decode_handshake_request,
    decode_handshake_response,
)
from pluginart.errors import PluginartError
from pluginart.session import HostSessionOptions, open_host_session
from pluginart.session.proof import host_proof, plugin_proof

from ..peers.pairs import CONTRACT_HASH, TOKEN, PluginUnderTest, host_link, request_bytes, response_bytes
from ..peers.peer import Peer
from ..peers.vectors import bytes_of, pieces, read_vectors, title

pytestmark = pytest.mark.timeout(60)

VECTORS = read_vectors("handshakes.json")
WAYS = ["whole", "byte by byte"]
# Long enough to see that nothing comes.
QUIET_SECONDS = 0.06


async def send(peer: Peer, data: bytes, way: str) -> None:
    if way == "whole":
        await peer.send(data)
        return
    for piece in pieces(data, 1 if len(data) <= 1_000 else 1_000):
        await peer.send(piece)
        await asyncio.sleep(0)


async def check_plugin(peer: Peer, expect: dict[str, Any]) -> None:
    if expect["outcome"] == "waiting":
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(peer.v1_frame(), QUIET_SECONDS)
        return
    frame = await peer.v1_frame()
    if expect["outcome"] == "closed":
        assert frame is None
        return
    assert frame is not None
    assert frame[0] == 2
    response = decode_handshake_response(frame[1])
    accept = response.accept
    assert response.ok == (expect["outcome"] != "refused")
    assert (0 if accept is None else accept.version) == (2 if expect["outcome"] == "v2" else 0)
    assert response.code == expect.get("code", response.code)
    assert response.error == expect.get("error", response.error)
    proof = None if accept is None or accept.proof is None else bytes(accept.proof).hex()
    assert proof == expect.get("proof")
    if "contract_hash" in expect:
        assert accept is not None
        assert accept.contract_hash == expect["contract_hash"]
    if expect["outcome"] == "refused":
        assert response.error, "a sentence for people"
        await peer.closed()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("vector", VECTORS["plugins"], ids=title)
async def test_a_plugin_that_is_greeted(vector: dict[str, Any], way: str) -> None:
    if way != "whole" and vector["rule"] == "V2-N6":
        return  # What comes too early is too early only where it comes along.
    async with PluginUnderTest(token=vector["plugin"].get("token")) as plugin:
        for connection in vector["connections"]:
            peer = plugin.connect()
            await send(peer, bytes_of(connection["bytes"]), way)
            await check_plugin(peer, connection["expect"])
            peer.close()


def is_ours(vector: dict[str, Any]) -> bool:
    """Ours has no features yet, and its nonces are its own (the tests of tokens have right proofs)."""
    host = vector["host"]
    offers_features = bool(host.get("offer", {}).get("features"))
    return vector["expect"]["outcome"] != "v2" or ("token" not in host and not offers_features)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("vector", [vector for vector in VECTORS["hosts"] if is_ours(vector)], ids=title)
async def test_a_host_that_is_answered(vector: dict[str, Any], way: str) -> None:
    host, expect = vector["host"], vector["expect"]
    link, peer = host_link()
    options = HostSessionOptions(
        plugin_name="peer",
        contract_hash=host["contract_hash"],
        token=host.get("token"),
        min_protocol=host.get("min_protocol", 1),
        only_version_1="offer" not in host,
        handshake_timeout=QUIET_SECONDS if expect["outcome"] == "waiting" else 20.0,
    )
    opening = asyncio.ensure_future(open_host_session(link, options))
    assert await peer.v1_frame() is not None
    await send(peer, bytes_of(vector["bytes"]), way)
    if expect["outcome"] in ("v1", "v2"):
        session = await opening
        assert f"v{session.protocol}" == expect["outcome"]
        session.close(PluginartError(1, "over"))
    else:
        with pytest.raises(PluginartError) as caught:
            await opening
        if expect["outcome"] == "waiting":
            assert "did not answer the handshake within" in caught.value.message
        else:
            assert caught.value.code == expect["code"], caught.value
        await peer.closed()
    peer.close()
    await link.wait_closed()


@pytest.mark.parametrize("vector", read_vectors("proofs.json")["proofs"])
def test_proofs(vector: dict[str, str]) -> None:
    nonce = bytes.fromhex(vector["nonce"])
    shown = host_proof(vector["token"], nonce, vector["contract_hash"])
    assert shown.hex() == vector["host_proof"]
    assert plugin_proof(vector["token"], nonce, shown).hex() == vector["plugin_proof"]


@pytest.mark.parametrize("lie", ["none", "wrong", "reflected", "right"])
async def test_a_host_with_a_token_believes_the_right_proof_only(lie: str) -> None:
    link, peer = host_link()
    options = HostSessionOptions(plugin_name="peer", contract_hash=CONTRACT_HASH, token=TOKEN)
    opening = asyncio.ensure_future(open_host_session(link, options))
    frame = await peer.v1_frame()
    assert frame is not None
    request = decode_handshake_request(frame[1])
    assert request.offer is not None
    nonce, shown = bytes(request.offer.nonce or b""), bytes(request.offer.proof or b"")
    proof = {
        "none": None,
        "wrong": bytes(32),
        "reflected": shown,
        "right": plugin_proof(TOKEN, nonce, shown),
    }[lie]
    await peer.send(response_bytes(HandshakeResponseT(ok=True, accept=AcceptT(version=2, proof=proof))))
    if lie == "right":
        session = await opening
        session.close(PluginartError(1, "over"))
    else:
        with pytest.raises(PluginartError, match="did not prove to be the plugin") as caught:
            await opening
        assert caught.value.code == 0xF008
    peer.close()
    await link.wait_closed()


async def test_a_plugin_closes_on_a_host_that_does_not_introduce_itself() -> None:
    async with PluginUnderTest(handshake_timeout=QUIET_SECONDS) as plugin:
        silent, halfway = plugin.connect(), plugin.connect()
        await halfway.send(b"PLGN")
        await asyncio.gather(silent.closed(), halfway.closed())
        assert [error.code for error in plugin.errors] == [0xF003, 0xF003]
        silent.close()
        halfway.close()


async def test_a_plugin_holds_16_unfinished_handshakes_and_more_once_they_are_done() -> None:
    async with PluginUnderTest() as plugin:
        silent = [plugin.connect() for _ in range(16)]
        await asyncio.sleep(QUIET_SECONDS)
        extra = plugin.connect()
        await extra.closed()
        extra.close()
        silent[0].close()
        await asyncio.sleep(QUIET_SECONDS)
        (await plugin.v1_peer()).close()
        for peer in silent[1:]:
            peer.close()


async def test_a_nonce_serves_once() -> None:
    async with PluginUnderTest(token=TOKEN) as plugin:
        nonce = bytes(16)
        offer = OfferT(versions=[2], nonce=nonce, proof=host_proof(TOKEN, nonce, CONTRACT_HASH))
        answers = []
        for _ in range(2):
            peer = plugin.connect()
            await peer.send(request_bytes(offer))
            frame = await peer.v1_frame()
            assert frame is not None
            answers.append(decode_handshake_response(frame[1]))
            peer.close()
        assert [answer.ok for answer in answers] == [True, False]
        assert answers[1].error == "the nonce was used before: a replayed handshake"
