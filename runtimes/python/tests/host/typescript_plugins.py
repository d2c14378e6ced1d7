"""The plugins that the tests of the TypeScript runtime have: Python's host has to cope with the same."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pluginart.host import AsyncPluginManager
from pluginart.host.launch.launch_spec import BinaryLaunch
from pluginart.host.supervise.plugin_spec import PluginSpec

ROOT = Path(__file__).parents[4]
PLUGINS = ROOT / "runtimes/typescript/test/fixtures/plugins"
CONTRACT_HASH = f"sha256:{'5' * 64}"
NODE_PATH = f"{ROOT / 'node_modules/.bin'}{os.pathsep}{os.environ['PATH']}"
"""The plugins' `env node` is the Node.js that the project is developed with."""


def plugin_path(name: str) -> str:
    return str(PLUGINS / name)


def plugin_spec(
    name: str,
    executable: str,
    *,
    env: Mapping[str, str] | None = None,
    args: Sequence[str] = (),
    transport: Any = "unix",
    cwd: str = tempfile.gettempdir(),
    **overrides: Any,
) -> PluginSpec:
    """A plugin of the fixtures as the config would have it, with patience for a busy machine and quick restarts."""
    launch = BinaryLaunch(
        path=plugin_path(executable),
        args=args,
        transport=transport,
        env={"PATH": NODE_PATH, "CONTRACT_HASH": CONTRACT_HASH} | dict(env or {}),
        cwd=cwd,
    )
    settings: dict[str, Any] = {"startup_timeout": 30.0, "restart_backoff_max": 0.02, "contract_hash": CONTRACT_HASH}
    return PluginSpec(name=name, launch=launch, **(settings | overrides))


async def send(manager: AsyncPluginManager, plugin: str, command: str, timeout: float | None = 30) -> str:
    return (await manager.call(plugin, command.encode(), timeout=timeout)).decode()
