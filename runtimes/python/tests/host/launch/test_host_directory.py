import asyncio
import os
import stat
import time
from pathlib import Path

import pytest

from pluginart.errors import StartupError
from pluginart.host.launch.host_directory import (
    MAX_SOCKET_PATH_BYTES,
    HostDirectory,
    make_host_directory,
    sweep_dead_hosts,
    temporary_directory,
)


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = Path(f"/tmp/sweep-{os.getpid()}-{time.monotonic_ns():x}")
    base.mkdir()
    monkeypatch.setenv("TMPDIR", str(base))
    return base


@pytest.fixture(autouse=True)
def _gone(base: Path) -> object:
    yield
    for left in sorted(base.rglob("*"), reverse=True):
        left.rmdir()
    base.rmdir()


async def test_the_directory_is_private_and_its_socket_paths_are_short_whatever_the_plugin_is_called() -> None:
    directory = HostDirectory(make_host_directory())
    assert stat.S_IMODE(os.stat(directory.path).st_mode) == 0o700
    assert directory.new_socket_path("echo") == f"{directory.path}/echo-1.sock"
    for name in ("x" * 300, "../../etc", "ä€😀" * 50):
        path = directory.new_socket_path(name)
        assert len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES
        assert os.path.dirname(path) == directory.path
    directory.remove()
    assert not os.path.exists(directory.path)


def test_a_temporary_directory_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/no/such/directory")
    with pytest.raises(StartupError, match="in /no/such/directory: No such file or directory; set TMPDIR to"):
        make_host_directory()


def test_a_temporary_directory_that_is_too_long_is_not_used() -> None:
    assert temporary_directory("/tmp/short") == "/tmp/short"
    assert temporary_directory(f"/tmp/{'x' * 80}") == "/tmp"


async def test_directories_of_dead_hosts_are_swept_and_of_living_young_and_foreign_ones_not(base: Path) -> None:
    living = HostDirectory(make_host_directory())
    dead, young, foreign = (base / f"pluginart-{name}" for name in ("dead00", "young0", "something-else"))
    for path in (dead, young, foreign):
        (path / "inside").mkdir(parents=True)
    long_ago = time.time() - 3_600
    for path in (dead, foreign, Path(living.path)):
        os.utime(path, (long_ago, long_ago))
    sweep_dead_hosts()
    # The living one is connected to, and answers that by hanging up.
    await asyncio.sleep(0.05)
    assert [path.exists() for path in (dead, young, foreign, Path(living.path))] == [False, True, True, True]
    living.remove()
