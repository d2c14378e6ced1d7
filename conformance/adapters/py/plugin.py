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


async def builders(payload: bytes, call: CallContext) -> bytes:
    """Answer `Send`, read and built with the classes for FlatBuffers builders."""
    import flatbuffers

    from generated.fb.conformance import SendResponse
    from generated.pluginart_helpers import BuildSendCallResponse, DecodeSendRequest
    from parcel import build_parcel, read_parcel

    request, head = DecodeSendRequest(payload)
    parcel = request.Parcel()
    builder = flatbuffers.Builder(64)
    offset = None if parcel is None else build_parcel(builder, read_parcel(parcel))
    SendResponse.Start(builder)
    if offset is not None:
        SendResponse.AddParcel(builder, offset)
    return BuildSendCallResponse(head, builder, SendResponse.End(builder))


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

    handler = {"echo": echo, "hold": hold, "stuck": stuck, "builders": builders}[served]
    serve(handler, os.environ.get("CONFORMANCE_CONTRACT", CONTRACT_HASH), **limits)


if __name__ == "__main__":
    main()
