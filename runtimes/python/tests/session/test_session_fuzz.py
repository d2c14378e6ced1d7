"""Whole connections fed with mutated bytes: they go on, or end with the typed error; nothing hangs."""

import asyncio
from random import Random

import pytest

from pluginart.control import HandshakeResponseT, OfferT
from pluginart.errors import ErrorCode, PluginartError, TransportError
from pluginart.session import HostSessionOptions, open_host_session

from ..peers.mutation import FUZZ_ROUNDS, mutate
from ..peers.pairs import CONTRACT_HASH, PluginUnderTest, accept_bytes, host_link, request_bytes, response_bytes
from ..peers.peer import v1_bytes
from ..peers.vectors import bytes_of, read_exchanges, read_vectors

pytestmark = pytest.mark.timeout(600)

# A fiftieth of what the decoders get: each round is a connection.
ROUNDS = -(-FUZZ_ROUNDS // 50)
KNOWN = {int(code) for code in ErrorCode}


def short(laid: list[bytes]) -> list[bytes]:
    return [data for data in laid if len(data) < 2_000]


V1_STREAMS = short(
    [bytes_of(vector["bytes"]) for vector in read_vectors("v1-frames.json")["frames"] if vector["mode"] == "v1"]
)


def streams(version: int, to: str) -> list[bytes]:
    return V1_STREAMS if version == 1 else short([bytes_of(exchange["bytes"]) for exchange in read_exchanges(to)])


def check_error(error: BaseException, seed: int) -> None:
    assert isinstance(error, PluginartError), f"seed {seed}: {error!r}"
    assert error.code < 0xF000 or error.code in KNOWN, f"seed {seed}"
    # A peer may say INTERNAL; this side has no reason to.
    assert error.code != ErrorCode.INTERNAL or error.origin == "remote", f"seed {seed}: {error} {error.__cause__!r}"


@pytest.mark.parametrize("version", [1, 2])
async def test_a_plugin(version: int) -> None:
    request = request_bytes(OfferT(versions=[2]) if version == 2 else None)
    some = streams(version, "plugin")
    async with PluginUnderTest(handshake_timeout=5.0) as plugin:
        for seed in range(ROUNDS):
            random = Random(seed)
            peer = plugin.connect()
            damaged = mutate(b"".join(random.choice(some) for _ in range(1 + random.randrange(3))), random)
            # Now and then the handshake is what is damaged.
            is_handshake_damaged = random.randrange(8) == 0
            await peer.send(mutate(request, random) if is_handshake_damaged else request)
            if not is_handshake_damaged:
                assert await peer.v1_frame() is not None
            await peer.send(damaged)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            peer.close()
            for error in plugin.errors:
                check_error(error, seed)
            plugin.errors.clear()
        alive = await plugin.v1_peer()
        await alive.send(v1_bytes(3, b"alive"))
        assert await alive.v1_frame() == (4, b"alive")
        alive.close()


@pytest.mark.parametrize("version", [1, 2])
async def test_a_host(version: int) -> None:
    answer = accept_bytes() if version == 2 else response_bytes(HandshakeResponseT(ok=True))
    some = streams(version, "host")
    for seed in range(ROUNDS):
        random = Random(seed)
        damaged = mutate(b"".join(random.choice(some) for _ in range(1 + random.randrange(3))), random)
        link, peer = host_link()
        options = HostSessionOptions(plugin_name="peer", contract_hash=CONTRACT_HASH, handshake_timeout=0.02)
        opening = asyncio.ensure_future(open_host_session(link, options))
        await peer.v1_frame()
        await peer.send(mutate(answer, random) if random.randrange(8) == 0 else answer)
        try:
            session = await opening
        except PluginartError as error:
            check_error(error, seed)
        else:
            calls = [asyncio.ensure_future(session.call(b"x", timeout=None)) for _ in range(3)]
            await asyncio.sleep(0)
            await peer.send(damaged)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            session.close(TransportError(ErrorCode.UNAVAILABLE, "the round is over"))
            for outcome in await asyncio.gather(*calls, session.ping(), return_exceptions=True):
                if isinstance(outcome, BaseException):
                    check_error(outcome, seed)
        peer.close()
        await link.wait_closed()
