"""A plugin that does what its calls say; ``--async`` with a coroutine function, ``--loop`` on a loop of its own."""

import asyncio
import os
import sys
import time

from pluginart import CallContext, PluginError, serve, serve_async

CONTRACT_HASH = "sha256:094f99745014e0e307ad2b73394a45887059d3ce7fcda59fbd741f77e7904a14"


def handler(payload: bytes, call: CallContext) -> bytes:
    """Echo, but for commands."""
    command, _, argument = payload[:64].decode("latin1").partition(" ")
    if command == "throw":
        raise ValueError(argument)
    if command == "fail":
        raise PluginError("told", code=int(argument))
    if command == "env":
        return " ".join(sorted(name for name in os.environ if name.startswith("PLUGIN_"))).encode()
    if command == "print":
        print("x" * int(argument), end="")
    if command == "sleep":
        time.sleep(float(argument))
    if command == "spin":
        until = time.monotonic() + float(argument)
        while time.monotonic() < until:
            pass
    if command == "hold":
        sys.stderr.write("holding\n")
        call.wait_cancelled()
        call.raise_if_cancelled()
    if command == "hang":
        while True:
            time.sleep(1)
    if command == "large":
        return b"a" * int(argument)
    return payload


async def async_handler(payload: bytes, call: CallContext) -> bytes:
    """The same, but for what waits."""
    command, _, argument = payload[:64].decode("latin1").partition(" ")
    if command == "sleep":
        await asyncio.sleep(float(argument))
        return payload
    if command == "hold":
        await asyncio.sleep(3_600)
    return handler(payload, call)


if "--loop" in sys.argv:
    asyncio.run(serve_async(async_handler, CONTRACT_HASH))
else:
    serve(async_handler if "--async" in sys.argv else handler, CONTRACT_HASH, schema="namespace test;\n")
print("ended in order")
