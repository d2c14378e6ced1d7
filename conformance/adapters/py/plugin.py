"""The plugin adapter of the Python runtime: see ../README.md."""

import asyncio
import os
import re

from pluginart import CallContext, serve


async def echo(payload: bytes, call: CallContext) -> bytes:
    """Answer with the payload, or obey it."""
    command = re.fullmatch(rb"large:(\d+)", payload) if len(payload) <= 64 else None
    return payload if command is None else b"a" * int(command[1])


async def hold(payload: bytes, call: CallContext) -> bytes:
    """Wait until told to stop, and then fail."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise RuntimeError("told to stop") from None
    return payload


async def stuck(payload: bytes, call: CallContext) -> bytes:
    """Never return."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


def main() -> None:
    """Serve what the environment says."""
    served = os.environ.get("CONFORMANCE_SERVE", "typed")
    limits = {
        "max_message_bytes": int(os.environ.get("CONFORMANCE_MAX_MESSAGE_BYTES", 4_194_304)),
        "max_concurrent_calls": int(os.environ.get("CONFORMANCE_MAX_CONCURRENT_CALLS", 256)),
    }
    if served == "typed":
        from handlers import Handlers

        serve(Handlers(), **limits)
        return
    from generated.contract import CONTRACT_HASH

    handler = {"echo": echo, "hold": hold, "stuck": stuck}[served]
    serve(handler, os.environ.get("CONFORMANCE_CONTRACT", CONTRACT_HASH), **limits)


if __name__ == "__main__":
    main()
