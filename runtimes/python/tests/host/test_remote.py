import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pluginart.errors import ErrorCode
from pluginart.host import AsyncPluginManager, PluginSpec, RemoteLaunch
from pluginart.host.launch.free_port import find_free_port

from ..failures import failure_of
from .conftest import Started
from .processes import until
from .typescript_plugins import CONTRACT_HASH, NODE_PATH, plugin_path

ManagerOf = Callable[..., AsyncPluginManager]
TOKEN = "0123456789abcdef" * 4


class Services:
    """Runs a plugin as somebody else's service."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []

    def serve_at(self, port: int, token: str | None = None) -> "subprocess.Popen[bytes]":
        address = f"127.0.0.1:{port}"
        env = os.environ | {"PATH": NODE_PATH, "CONTRACT_HASH": CONTRACT_HASH, "PLUGIN_ADDR": address}
        if token is not None:
            env |= {"PLUGIN_TOKEN": token, "PLUGIN_TOKEN_FOR": address}
        service = subprocess.Popen([plugin_path("plugin.mjs")], env=env, stdout=subprocess.PIPE)
        self._running.append(service)
        assert service.stdout is not None
        while service.stdout.readline() != b"READY\n":
            assert service.poll() is None
        return service

    def end(self) -> None:
        for service in self._running:
            service.kill()
            service.communicate()


@pytest.fixture
def services() -> Iterator[Services]:
    services = Services()
    yield services
    services.end()


def remote_spec(port: int, token: str | None = None, **overrides: Any) -> PluginSpec:
    launch = RemoteLaunch(host="127.0.0.1", port=port, token=token)
    settings: dict[str, Any] = {"restart_backoff_max": 0.02, "max_restarts": 1, "contract_hash": CONTRACT_HASH}
    return PluginSpec(name="echo", launch=launch, **(settings | overrides))


async def test_a_remote_plugin_that_goes_and_comes_back_is_connected_to_again(
    manager_of: ManagerOf, services: Services
) -> None:
    port = find_free_port()
    service = services.serve_at(port)
    echo = Started(manager_of(remote_spec(port)))
    await echo.manager.start()
    assert echo.status.pid is None
    open_call = echo.send("hang")
    await until("the call is open", lambda: echo.status.open_calls == 1)
    service.kill()
    service.wait()
    error = await failure_of(open_call)
    assert error.code == ErrorCode.UNAVAILABLE
    assert 'plugin "echo" lost its connection' in error.message
    await until("it failed a few times", lambda: echo.status.failures >= 4)
    assert str(echo.status.error) == (
        f'plugin "echo": cannot connect to 127.0.0.1:{port}: nobody listens there (ECONNREFUSED)'
    )
    waiting = echo.send("hello")
    service = services.serve_at(port)
    assert await waiting == "hello"

    # An orderly end is GOAWAY.
    service.terminate()
    await until("it is gone", lambda: service.poll() is not None)
    service = services.serve_at(port)
    assert await echo.send("hello again") == "hello again"
    await echo.manager.shutdown()
    assert service.poll() is None


async def test_a_remote_plugin_that_is_not_there_fails_the_start_or_is_waited_for_where_it_is_optional(
    manager_of: ManagerOf, services: Services
) -> None:
    port = find_free_port()
    error = await failure_of(manager_of(remote_spec(port)).start())
    assert error.code == ErrorCode.UNAVAILABLE
    expected = f'plugin "echo": cannot connect to 127.0.0.1:{port}: nobody listens there (ECONNREFUSED)'
    assert error.message == expected
    echo = Started(manager_of(remote_spec(port, optional=True)))
    await echo.manager.start()
    waiting = echo.send("hello")
    services.serve_at(port)
    assert await waiting == "hello"


async def test_a_shared_secret_is_proved_by_both_sides(manager_of: ManagerOf, services: Services) -> None:
    port = find_free_port()
    services.serve_at(port, TOKEN)
    echo = Started(manager_of(remote_spec(port, TOKEN)))
    await echo.manager.start()
    assert await echo.send("hello") == "hello"
    await echo.manager.shutdown()
    for token in (None, TOKEN.replace("0", "1")):
        assert (await failure_of(manager_of(remote_spec(port, token)).start())).code == ErrorCode.UNAUTHENTICATED
