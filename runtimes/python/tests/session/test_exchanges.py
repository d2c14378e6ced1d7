import asyncio
from typing import Any

import pytest

from pluginart.errors import PluginartError

from ..peers.pairs import HANDLERS, PluginUnderTest, accept_bytes, open_host
from ..peers.vectors import bytes_of, read_exchanges, title
from .exchanges import WAYS, check_exchange

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("exchange", read_exchanges("plugin"), ids=title)
async def test_a_plugin_that_receives(exchange: dict[str, Any], way: str) -> None:
    receives = exchange.get("receives", {})
    async with PluginUnderTest(HANDLERS[exchange.get("handler", "echo")], **receives) as plugin:
        peer = await plugin.v2_peer()
        await check_exchange(exchange, way, peer)
        peer.close()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("exchange", read_exchanges("host"), ids=title)
async def test_a_host_that_receives(exchange: dict[str, Any], way: str) -> None:
    receives = exchange.get("receives", {})
    # A host of ours takes no calls whatever it is told.
    options = {name: value for name, value in receives.items() if name != "max_concurrent_calls"}
    async with open_host(accept_bytes(), **options) as (session, peer):
        calls: dict[int, asyncio.Task[bytes]] = {}
        for index in range(exchange.get("calls", 1)):
            calls[2 * index + 1] = asyncio.create_task(session.call(b"hello", timeout=None))
            frame = await peer.frame()
            assert frame is not None
            assert frame.stream == 2 * index + 1
        await check_exchange(exchange, way, peer)
        await asyncio.sleep(0)
        for settled in exchange.get("settles", []):
            call = calls.pop(settled["stream"])
            if "body" in settled:
                assert await call == bytes_of(settled["body"])
            else:
                with pytest.raises(PluginartError) as caught:
                    await call
                assert caught.value.code == settled["code"]
        for call in calls.values():
            if "goaway" in exchange:
                with pytest.raises(PluginartError) as caught:
                    await call
                assert caught.value.code == exchange["goaway"]
            else:
                assert not call.done(), "still open"
                call.cancel()
                await asyncio.gather(call, return_exceptions=True)
