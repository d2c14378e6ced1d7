"""grpcio with asyncio. `python -m side_by_side.servers.grpc_asyncio SOCKET`."""

import asyncio
import sys
from typing import Any

import grpc.aio  # type: ignore[import-untyped]

from side_by_side.grpc_method import NO_LIMIT


async def echo(request: bytes, context: Any) -> bytes:
    """Answer."""
    return request


async def main() -> None:
    """Serve until the process ends."""
    server = grpc.aio.server(options=NO_LIMIT)
    handler = grpc.unary_unary_rpc_method_handler(echo)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", {"Echo": handler}),))
    server.add_insecure_port(f"unix:{sys.argv[1]}")
    await server.start()
    print("READY", flush=True)
    await server.wait_for_termination()


asyncio.run(main())
