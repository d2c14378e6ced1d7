import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pluginart.host import DockerLaunch

from ..typescript_plugins import CONTRACT_HASH, ROOT

PLUGIN = "/app/test/fixtures/plugins/plugin.mjs"
RUNTIME = ROOT / "runtimes/typescript"


def docker(*args: str) -> str:
    """What the command prints. Raises where it fails."""
    return subprocess.run(["docker", *args], check=True, capture_output=True, text=True).stdout.strip()


def containers_of(host: int) -> list[str]:
    """The containers of one host, by its process id, whatever state they are in."""
    lines = docker("ps", "--all", "--format", '{{.Names}} {{.Label "pluginart.host"}}').splitlines()
    pairs = [line.split() for line in lines]
    return [pair[0] for pair in pairs if len(pair) == 2 and pair[1].split("/")[1] == str(host)]


def docker_launch(image: str, **launch: Any) -> DockerLaunch:
    env = {"CONTRACT_HASH": CONTRACT_HASH} | launch.pop("env", {})
    settings: dict[str, Any] = {"args": [PLUGIN]} | launch
    return DockerLaunch(image=image, env=env, **settings)


def own_containers() -> list[str]:
    return containers_of(os.getpid())


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image with the TypeScript runtime and the plugins of its fixtures; its entry point is ``node``."""
    answers = shutil.which("docker") is not None
    answers = answers and subprocess.run(["docker", "version"], capture_output=True, check=False).returncode == 0
    if not answers:
        message = "NO TEST OF DOCKER PLUGINS: no docker engine answers"
        if os.environ.get("PLUGINART_STRICT") == "1":
            pytest.fail(message)
        pytest.skip(f"*** SKIPPED, {message}")
    node = str(ROOT / "node_modules/.bin/node")
    subprocess.run([node, str(ROOT / "scripts/docker/base-images.mjs"), "node"], check=True)
    folder = tmp_path_factory.mktemp("image")
    for part in ("dist", "test/fixtures"):
        shutil.copytree(RUNTIME / part, folder / part)
    shutil.copy(RUNTIME / "package.json", folder)
    dockerfile = 'FROM node:24-slim\nWORKDIR /app\nCOPY . .\nUSER node\nENTRYPOINT ["node"]\n'
    Path(folder / "Dockerfile").write_text(dockerfile)
    tag = f"pluginart-test-python:{os.getpid()}"
    docker("build", "--quiet", "--tag", tag, str(folder))
    yield tag
    docker("image", "rm", "--force", tag)
