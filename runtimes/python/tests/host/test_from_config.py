import logging
import os
from pathlib import Path

import pytest

from pluginart.errors import ConfigError
from pluginart.host import AsyncPluginManager, PluginManager

from .typescript_plugins import CONTRACT_HASH, NODE_PATH, plugin_path


def write(folder: Path, text: str) -> Path:
    path = folder / "pluginart.toml"
    path.write_text(text)
    return path


def good(folder: Path) -> str:
    return f"""
version = 1

[defaults]
startup_timeout = "30s"

[[plugins]]
name = "echo"
path = "{os.path.relpath(plugin_path("plugin.mjs"), folder)}"
contract_hash = "{CONTRACT_HASH}"
env = {{ CONTRACT_HASH = "{CONTRACT_HASH}", PATH = "{NODE_PATH}" }}

[[plugins]]
name = "gone"
path = "./gone"
contract_hash = "{CONTRACT_HASH}"
optional = true
"""


async def test_a_manager_is_made_from_pluginart_toml(tmp_path: Path) -> None:
    async with AsyncPluginManager.from_config(write(tmp_path, good(tmp_path))) as manager:
        assert await manager.call("echo", b"hello") == b"hello"
        assert f'"cwd":"{tmp_path}"'.encode() in await manager.call("echo", b"env")
        gone = manager.status()[1]
        assert gone.state == "backoff"
        assert str(gone.error) == f'plugin "gone": {tmp_path / "gone"} does not exist'


def test_a_manager_for_threads_likewise_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, good(tmp_path))
    monkeypatch.chdir(tmp_path)
    with PluginManager.from_config() as manager:
        assert manager.call("echo", b"hello") == b"hello"


def test_what_is_wrong_with_the_file_is_said_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, 'version = 1\n[[plugins]]\nname = "echo"\npth = "x"\n')
    for manager in (AsyncPluginManager, PluginManager):
        with pytest.raises(ConfigError, match=r'pluginart\.toml:4:1: plugin "echo": unknown key "pth"; .*"path"'):
            manager.from_config(path)


def test_warnings_are_logged(tmp_path: Path, log: list[logging.LogRecord]) -> None:
    text = f"""version = 1
[[plugins]]
name = "far"
type = "remote"
address = "plugins.example.com:1"
contract_hash = "{CONTRACT_HASH}"
"""
    PluginManager.from_config(write(tmp_path, text))
    assert [(record.name, record.levelname) for record in log] == [("pluginart.plugin.far", "WARNING")]
    assert 'pluginart.toml:2:1: plugin "far": nothing proves who answers' in log[0].getMessage()
