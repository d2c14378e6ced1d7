"""Peers and plugins as processes."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .pairs import CONTRACT_HASH
from .vectors import REPOSITORY

NODE = str(REPOSITORY / "node_modules" / ".bin" / "node")
PLUGINS = Path(__file__).parents[1] / "plugin" / "plugins"


@dataclass
class RunningPlugin:
    process: "subprocess.Popen[bytes]"
    address: str
    """The path of its socket, or ``host:port``."""

    def output(self) -> bytes:
        """What else it wrote to stdout until its end."""
        assert self.process.stdout is not None
        return self.process.stdout.read()


@contextlib.contextmanager
def running_plugin(
    command: Sequence[str], address: str | None = None, *, env: Mapping[str, str] | None = None
) -> Iterator[RunningPlugin]:
    """A plugin that has said READY; ended at the end, if it still runs."""
    with tempfile.TemporaryDirectory(prefix="pluginart-") as directory:
        where = address or f"{directory}/plugin.sock"
        variable = "PLUGIN_SOCKET" if where.startswith("/") else "PLUGIN_ADDR"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PLUGIN_")}
        process = subprocess.Popen(
            command,
            env={**environment, variable: where, **({} if env is None else env)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            line = b""
            while line.strip(b"\r\n") != b"READY":
                line = process.stdout.readline()
                assert line, f"ended before READY: {process.wait()}"
            yield RunningPlugin(process, where)
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                stream.close()


def python_plugin(name: str, *args: str) -> list[str]:
    """The command of a plugin of tests/plugin/plugins."""
    return [sys.executable, "-W", "error", str(PLUGINS / name), *args]


def peer_plugin(name: str, *args: str) -> list[str]:
    """The command of a plugin of conformance/peers."""
    return [NODE, str(REPOSITORY / "conformance" / "peers" / name), "--contract", CONTRACT_HASH, *args]


def peer_host(name: str, *args: str, contract: str = CONTRACT_HASH) -> "subprocess.CompletedProcess[str]":
    """Run a host of conformance/peers to its end."""
    command = [NODE, str(REPOSITORY / "conformance" / "peers" / name), "--contract", contract, *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
