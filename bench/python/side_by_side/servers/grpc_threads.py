"""grpcio with threads. `python -m side_by_side.servers.grpc_threads SOCKET`."""

import sys
from concurrent.futures import ThreadPoolExecutor

import grpc  # type: ignore[import-untyped]

from side_by_side.grpc_method import NO_LIMIT

handler = grpc.unary_unary_rpc_method_handler(lambda request, context: request)
server = grpc.server(ThreadPoolExecutor(max_workers=64), options=NO_LIMIT)
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", {"Echo": handler}),))
server.add_insecure_port(f"unix:{sys.argv[1]}")
server.start()
print("READY", flush=True)
server.wait_for_termination()
