"""The directory that holds the sockets of a host's plugins."""

import asyncio
import contextlib
import errno
import os
import re
import secrets
import shutil
import socket
import stat
import time

from ...errors import StartupError
from .fork_safety import abandon_after_fork

MAX_SOCKET_PATH_BYTES = 100
"""What every supported system takes as a socket's path, macOS (104 with its zero) included."""

PREFIX = "pluginart-"
HOST_SOCKET = "host.sock"
SHORTEST_SOCKET_NAME_BYTES = 24
SOCKET_IN_FOLDER_BYTES = len("/plugin.sock")
RANDOM_BYTES = 3
MIN_SWEEP_AGE = 10.0
"""Seconds: a directory younger than this may belong to a host that has not begun to listen yet."""

_is_host_directory = re.compile(rf"{PREFIX}[A-Za-z0-9_]{{6}}").fullmatch
_unfit_for_names = re.compile(r"[^A-Za-z0-9_-]")


def make_host_directory() -> str:
    """Make the directory, empty, 0700. Raises a StartupError where that cannot be done."""
    base = temporary_directory()
    while True:
        path = os.path.join(base, PREFIX + secrets.token_hex(RANDOM_BYTES))
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            continue
        except OSError as error:
            message = (
                f"cannot make a directory for the sockets of plugins in {base}: {error.strerror}; "
                "set TMPDIR to a directory that this host can write to"
            )
            raise StartupError(message, origin="local") from error
        return path


class HostDirectory:
    """Shows that the directory's host is alive, from now on until it is removed.

    The host listens on a socket in it: that it can be connected to is what tells other hosts that this one lives.
    To be made on a running loop. Raises OSError where listening fails.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = os.path.basename(path)
        """``pluginart-ab12cd``: unique while the host lives."""
        self._sockets = 0
        self._loop = asyncio.get_running_loop()
        self._listener = socket.socket(socket.AF_UNIX)
        try:
            self._listener.setblocking(False)
            self._listener.bind(os.path.join(path, HOST_SOCKET))
            self._listener.listen()
        except BaseException:
            self._listener.close()
            raise
        self._loop.add_reader(self._listener, self._accept)
        abandon_after_fork(self)

    def new_socket_path(self, plugin: str) -> str:
        """Return a path of at most 100 bytes for a new socket, with as much of the plugin's name as fits."""
        return self._new_path(plugin, ".sock", 0)

    def new_socket_folder(self, plugin: str) -> str:
        """Make a folder for a container to put one socket into, whose path is at most 100 bytes then.

        Any user may write to it, once it is mounted elsewhere: whoever runs in there has no name here.
        """
        folder = self._new_path(plugin, "", SOCKET_IN_FOLDER_BYTES)
        os.mkdir(folder)
        # Past the umask. Nobody but this user gets as far as here without the mount.
        os.chmod(folder, 0o777)
        return folder

    def _new_path(self, plugin: str, ending: str, reserved_bytes: int) -> str:
        self._sockets += 1
        ending = f"-{self._sockets}{ending}"
        room = MAX_SOCKET_PATH_BYTES - reserved_bytes - len(os.fsencode(os.path.join(self.path, ending)))
        return os.path.join(self.path, _unfit_for_names.sub("_", plugin)[:room] + ending)

    def remove(self) -> None:
        """Remove the directory with all that is in it."""
        self._loop.remove_reader(self._listener)
        self._listener.close()
        shutil.rmtree(self.path, ignore_errors=True)

    def abandon(self) -> None:
        """Let go of the socket in a forked child."""
        self._listener.close()

    def _accept(self) -> None:
        # Out of descriptors: who wants to know whether this host lives finds that out from the backlog as well.
        with contextlib.suppress(OSError):
            self._listener.accept()[0].close()


def temporary_directory(preferred: str | None = None) -> str:
    """Return ``$TMPDIR``, or ``/tmp`` where that is too long for a socket's path."""
    base = preferred or os.environ.get("TMPDIR") or "/tmp"
    needed = len(os.fsencode(os.path.join(base, f"{PREFIX}XXXXXX", "x"))) + SHORTEST_SOCKET_NAME_BYTES
    return base if needed <= MAX_SOCKET_PATH_BYTES else "/tmp"


def sweep_dead_hosts() -> None:
    """Remove the directories of this user's hosts that are gone, whatever language they were written in."""
    base = temporary_directory()
    try:
        names = [name for name in os.listdir(base) if _is_host_directory(name)]
    except OSError:
        return
    for name in names:
        path = os.path.join(base, name)
        # Another host may sweep it first, or it is none of ours to remove.
        with contextlib.suppress(OSError):
            found = os.lstat(path)
            ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
            if ours and time.time() - found.st_mtime >= MIN_SWEEP_AGE and _is_dead(os.path.join(path, HOST_SOCKET)):
                shutil.rmtree(path)


def _is_dead(host_socket: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        # Never waits: a Unix socket is connected to at once, or not at all.
        probe.setblocking(False)
        failure = probe.connect_ex(host_socket)
    # A full backlog or a lack of rights says nothing about its host: only these two do.
    return failure in (errno.ECONNREFUSED, errno.ENOENT)
