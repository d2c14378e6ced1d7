"""What the README shows works as it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, language in re.findall(r"`(\w+\.(?:py|toml))`[^`]*?:\n\n```(python|toml)\n", README):
        shown = re.search(rf"`{re.escape(name)}`[^`]*?:\n\n```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
        assert shown is not None
        (tmp_path / name).write_text(shown[1])
    toml = tmp_path / "pluginart.toml"
    toml.write_text(blocks("toml")[0])
    (tmp_path / "test_plugin.py").write_text(blocks("python")[-1])
    return tmp_path


def run(folder: Path, *args: str) -> str:
    """With this environment's Python under the name that the README uses."""
    (folder / "bin").mkdir(exist_ok=True)
    python = folder / "bin/python3"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    env = os.environ | {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["python3", *args], cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_its_files_are_there(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert names >= {"plugin.py", "host.py", "async_host.py", "pluginart.toml", "test_plugin.py"}


@pytest.mark.parametrize(("script", "shown"), [("host.py", 0), ("async_host.py", 1)])
def test_its_hosts_print_what_it_says(script: str, shown: int, folder: Path) -> None:
    assert run(folder, script) == blocks("text")[shown]


def test_its_test_passes(folder: Path) -> None:
    assert "1 passed" in run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_plugin.py")
