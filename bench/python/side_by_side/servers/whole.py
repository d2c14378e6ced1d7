"""Sends back whole messages. `python -m side_by_side.servers.whole SOCKET`."""

import socket
import sys
from threading import Thread

from side_by_side.framing import receive_whole, send_whole


def echo(connection: socket.socket) -> None:
    """Serve one connection until it ends."""
    with connection:
        while (payload := receive_whole(connection)) is not None:
            send_whole(connection, payload)


with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(sys.argv[1])
    listener.listen(128)
    print("READY", flush=True)
    while True:
        Thread(target=echo, args=(listener.accept()[0],), daemon=True).start()
