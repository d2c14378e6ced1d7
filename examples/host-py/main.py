"""Calls each of the plugins that ../pluginart.toml names."""

import sys
from pathlib import Path

from pluginart import PluginManager

from plugins.echo.echo_client import echoClient
from plugins.repeat.repeat_client import repeatClient

CONFIG = Path(__file__).parent.parent / "pluginart.toml"


def main() -> None:
    """Start them all, call those that run, and say why the others do not."""
    with PluginManager.from_config(CONFIG) as manager:
        for plugin in manager.status():
            if plugin.state != "ready":
                print(f"*** SKIPPED: {plugin.error}", file=sys.stderr)
            elif plugin.name.startswith("echo"):
                print(f"{plugin.name}: {echoClient(manager, plugin.name).echo(input='hello').output}")
            else:
                repeat = repeatClient(manager, plugin.name)
                print(f"{plugin.name}: {repeat.repeat(input='hip ', count=2, timeout=5.0).output}")


if __name__ == "__main__":
    main()
