"""Sends back what comes, as it comes. `python -m side_by_side.servers.raw SOCKET`."""

import socket
import sys
from threading import Thread


def echo(connection: socket.socket) -> None:
    """Serve one connection until it ends."""
    with connection:
        while data := connection.recv(1_048_576):
            connection.sendall(data)


with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(sys.argv[1])
    listener.listen(128)
    print("READY", flush=True)
    while True:
        Thread(target=echo, args=(listener.accept()[0],), daemon=True).start()
