"""Starts a contestant's server and waits until it is ready."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]


@contextmanager
def server_process(module: str, socket_path: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module of `servers` on a Unix socket; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"side_by_side.servers.{module}", socket_path],
        cwd=FOLDER,
        env={**os.environ, "PLUGIN_SOCKET": socket_path},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == b"READY":
                break
        else:
            raise RuntimeError(f"the server {module} ended with status {process.wait()}")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
