"""How containers start, and what is said where they do not."""

import asyncio
import re
import socket
from collections.abc import Callable
from typing import Any

import pytest

from pluginart.errors import StartupError
from pluginart.host.launch.docker_launcher import ContainerInstance, DockerLauncher
from pluginart.host.launch.free_port import find_free_port
from pluginart.host.launch.host_home import HostHome

from .conftest import docker_launch, own_containers


class Attempts:
    def __init__(self, image: str) -> None:
        self.home = HostHome()
        self.image = image

    async def launch(
        self, timeout: float = 60, find_port: Callable[[], int] = find_free_port, **launch: Any
    ) -> ContainerInstance:
        settings = {"image": self.image} | launch
        launcher = DockerLauncher("echo", docker_launch(**settings), self.home, find_port)
        return await launcher.launch(timeout=timeout, on_line=lambda stream, text, whole: None)

    async def failure(self, **attempt: Any) -> StartupError:
        with pytest.raises(StartupError) as caught:
            await self.launch(**attempt)
        assert caught.value.plugin == "echo"
        assert own_containers() == []
        return caught.value


@pytest.fixture
async def attempts(image: str) -> Any:
    attempts = Attempts(image)
    yield attempts
    await attempts.home.close()


async def test_no_docker_command(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/no/such/folder")
        with pytest.raises(StartupError, match=r'^plugin "echo" could not be started: there is no docker command'):
            await attempts.launch()


@pytest.mark.parametrize("address", ["unix:///no/such/docker.sock", "tcp://127.0.0.1:1"])
async def test_no_engine(address: str, attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("DOCKER_HOST", address)
        with pytest.raises(StartupError, match=f"no docker engine answers at {address}: start it"):
            await attempts.launch()


async def test_no_image(attempts: Attempts) -> None:
    error = await attempts.failure(image="pluginart-no-such-image:1")
    assert 'the engine has no image "pluginart-no-such-image:1": docker build or docker pull it' in str(error)


async def test_an_end_before_ready_with_its_code_and_output(attempts: Attempts) -> None:
    code = 'console.log("reading"); console.error("no database"); process.exit(3)'
    error = await attempts.failure(args=["-e", code])
    assert str(error) == (
        'plugin "echo" exited with code 3 before it was ready\n  stderr:\n    no database\n  stdout:\n    reading'
    )
    read_only = await attempts.failure(args=["-e", 'require("fs").writeFileSync("/app/x", "")'])
    assert "exited with code 1 before it was ready; its file system is read-only but for /tmp" in str(read_only)


async def test_never_ready_or_elsewhere(attempts: Attempts) -> None:
    silent = await attempts.failure(args=["-e", "setInterval(() => {}, 1000)"], timeout=4)
    assert "has not printed READY alone on a line of stdout within 4 s (startup_timeout)" in str(silent)
    code = 'require("net").createServer().listen(process.env.PLUGIN_SOCKET, () => console.log("I am READY"))'
    listening = await attempts.failure(args=["-e", code], transport="unix", timeout=6)
    assert re.search(r'listens at unix:\S+, but has not printed READY .* as in "I am READY"', str(listening))


async def test_a_port_that_is_taken_is_followed_by_another(attempts: Attempts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        tried: list[int] = []

        def always() -> int:
            tried.append(port)
            return int(port)

        error = await attempts.failure(find_port=always)
        assert len(tried) == 3
        assert "could not be started: each port that was tried for it had been taken" in str(error)
        ports = [port, find_free_port()]
        instance = await attempts.launch(find_port=lambda: ports.pop(0))
        assert ports == []
        await instance.stop(10)


@pytest.mark.parametrize("delay", [0, 0.1, 0.3, 0.6])
async def test_a_cancelled_start_leaves_no_container(delay: float, attempts: Attempts) -> None:
    start = asyncio.create_task(attempts.launch(args=["-e", "setInterval(() => {}, 1000)"]))
    await asyncio.sleep(delay)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert own_containers() == []
