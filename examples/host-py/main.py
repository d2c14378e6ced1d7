"""Calls each of the plugins that ../pluginart.toml names."""

import sys
from pathlib import Path

from pluginart import PluginManager, PluginStatus

from plugins.echo.echo_client import EchoClient
from plugins.repeat.repeat_client import RepeatClient

CONFIG = Path(__file__).parent.parent / "pluginart.toml"


def main() -> None:
    """Start the plugins, call each, stop them."""
    with PluginManager.from_config(CONFIG) as manager:
        for plugin in manager.status():
            if plugin.state == "ready":
                print(f"{plugin.name}: {call(manager, plugin)}")
            else:
                print(f"*** SKIPPED: {plugin.error}", file=sys.stderr)


def call(manager: PluginManager, plugin: PluginStatus) -> str:
    """Ask the plugin what its contract has."""
    if plugin.name.startswith("echo"):
        return EchoClient(manager, plugin.name).echo(input="hello").output
    return RepeatClient(manager, plugin.name).repeat(input="hip ", count=2, timeout=5).output


if __name__ == "__main__":
    main()
