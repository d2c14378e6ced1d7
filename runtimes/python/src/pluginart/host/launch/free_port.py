"""Finds a port for a plugin."""

import socket


def find_free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago; somebody may still take it before the plugin does."""
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
