import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import pluginart

CONTRACT_HASH = f"sha256:{'1' * 64}"
PLUGIN = f"from pluginart import serve\nserve(lambda payload, call: payload.upper(), {CONTRACT_HASH!r})"


def connected(path: Path) -> socket.socket:
    giving_up = time.monotonic() + 20
    while True:
        one = socket.socket(socket.AF_UNIX)
        try:
            one.connect(str(path))
            return one
        except OSError:
            one.close()
            if time.monotonic() > giving_up:
                raise
            time.sleep(0.02)


@pytest.mark.parametrize("timeout", [None, 5.0])
def test_a_socket_that_is_connected_will_do(tmp_path: Path, timeout: float | None) -> None:
    path = tmp_path / "plugin"
    plugin = subprocess.Popen(
        [sys.executable, "-c", PLUGIN], env={"PLUGIN_SOCKET": str(path)}, stdout=subprocess.DEVNULL
    )
    try:
        own = connected(path)
        own.settimeout(timeout)
        with pluginart.connect(own, contract_hash=CONTRACT_HASH) as client:
            assert client.call(b"hello") == b"HELLO"
        assert own.fileno() == -1
    finally:
        plugin.terminate()
        plugin.wait(20)
