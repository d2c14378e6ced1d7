"""Sees to it that nothing outlives a host that dies without a word."""

import asyncio
import contextlib
import os
import subprocess
import time

from ...timing.settles_within import settles_within
from .docker_client import client_environment
from .exit_watch import watch_exit
from .fork_safety import abandon_after_fork

SCRIPT = """
trap '' HUP INT QUIT TERM PIPE
groups=' '
containers=' '
while read -r verb what; do
  case $verb in
    +) groups="$groups$what " ;;
    -) case $groups in *" $what "*) groups="${groups%% $what *} ${groups#* $what }" ;; esac ;;
    docker) docker=$what ;;
    run) containers="$containers$what " ;;
    gone) case $containers in *" $what "*) containers="${containers%% $what *} ${containers#* $what }" ;; esac ;;
  esac
done
signal() {
  left=' '
  for group in $groups; do kill "-$1" "-$group" && left="$left$group "; done
  groups=$left
}
signal TERM
for tenth in 1 2 3 4 5 6 7 8 9 10; do
  [ "$groups" = ' ' ] || { sleep 0.1; signal 0; }
done
signal KILL
rm -rf -- "$1"
[ "$containers" = ' ' ] && exit
{ "$docker" rm --force --volumes $containers; sleep 1; "$docker" rm --force --volumes $containers; } &
for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
  kill -0 $! || exit
  sleep 1
done
kill -KILL 0
"""
"""Reads lines until the host's end of the pipe is gone: ``+ <group>`` and ``- <group>`` for processes,
``docker <file>``, ``run <name>`` and ``gone <name>`` for containers. Then it asks the groups that are left to end
(docker's client passes that on), kills those that have not within a second, and removes the host's directory ($1), then
the containers. Most hosts that die so are stopped by Ctrl-C, and their plugins have something to put away. A group is
forgotten as soon as it is seen to be gone, so that no id that was given to somebody else is hit. Containers are removed
twice, as the engine may have been about to make one; an engine that does not answer is given half a minute. The guard
ignores the signals that reach a whole terminal or service, because it has to outlive the host, if only by a moment."""

MIN_LIFE = 1.0
"""Seconds: a guard that died sooner than this is not replaced until the next plugin starts."""
MAX_END = 2.0
"""Seconds."""


class Guard:
    """A small shell process that outlives the host just long enough to kill the plugins it leaves behind.

    Containers too. It removes the host's directory then, however the host ends. Groups are taken off the list the
    moment their process is gone, so that no reused id is ever hit. To be made and used on a running loop.
    """

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._groups: set[int] = set()
        self._containers: set[str] = set()
        self._docker = ""
        self._shell: subprocess.Popen[bytes] | None = None
        self._exited: asyncio.Future[None] | None = None
        self._closed = False
        self._start()
        abandon_after_fork(self)

    def add(self, group: int) -> None:
        """Watch over a process group."""
        self._groups.add(group)
        self._start_or_tell(f"+ {group}\n")

    def remove(self, group: int) -> None:
        """Forget a group whose process is gone."""
        self._groups.discard(group)
        self._tell(f"- {group}\n")

    def add_container(self, docker: str, name: str) -> None:
        """Watch over a container; `docker` is the absolute path of the command to remove it by."""
        self._docker = docker
        self._containers.add(name)
        self._start_or_tell(f"docker {docker}\nrun {name}\n")

    def remove_container(self, name: str) -> None:
        """Forget a container that is gone."""
        self._containers.discard(name)
        self._tell(f"gone {name}\n")

    def let_go(self) -> None:
        """Have the guard do what it is there for: what is still on its list is killed, and the directory removed."""
        self._closed = True
        if self._shell is not None:
            _close_pipe(self._shell)

    async def close(self) -> None:
        """Let go of the guard and wait for its end."""
        shell, exited = self._shell, self._exited
        self.let_go()
        if shell is None or exited is None:
            return
        if not await settles_within(exited, MAX_END):
            shell.kill()
            await settles_within(exited, MAX_END)

    def abandon(self) -> None:
        """Let go of the pipe in a forked child, so that its end is that of the parent."""
        if self._shell is not None:
            _close_pipe(self._shell)
            # It is no child of this process: nobody is to wait for it here.
            self._shell.returncode = 0
        self._shell = None

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        started = time.monotonic()
        try:
            shell = subprocess.Popen(
                ["/bin/sh", "-c", SCRIPT, "pluginart-guard", self._directory],
                cwd="/",
                env=client_environment(os.environ)
                | {"PATH": ":".join(filter(None, (os.environ.get("PATH"), "/usr/bin:/bin")))},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                # Its own session: signals to the host's terminal or group do not reach it.
                start_new_session=True,
            )
        except OSError:
            # There is no shell (in an image without one, plugins still have their lifeline), or no room for it now:
            # the next plugin that starts tries again.
            return
        assert shell.stdin is not None
        os.set_blocking(shell.stdin.fileno(), False)
        exited: asyncio.Future[None] = loop.create_future()

        def on_exit() -> None:
            shell.wait()
            _close_pipe(shell)
            exited.set_result(None)
            if self._closed:
                return
            self._shell = None
            if (self._groups or self._containers) and time.monotonic() - started > MIN_LIFE:
                self._start()

        self._shell, self._exited = shell, exited
        watch_exit(shell, on_exit)
        lines = [f"+ {group}\n" for group in self._groups]
        if self._containers:
            lines += [f"docker {self._docker}\n", *(f"run {name}\n" for name in self._containers)]
        if lines:
            self._tell("".join(lines))

    def _start_or_tell(self, lines: str) -> None:
        if self._shell is None:
            self._start()
        else:
            self._tell(lines)

    def _tell(self, lines: str) -> None:
        if self._shell is None or self._shell.stdin is None or self._shell.stdin.closed:
            return
        try:
            written = self._shell.stdin.write(lines.encode())
        except BrokenPipeError:
            return
        if written != len(lines):
            # Its pipe is full, as it has not read for ages: another one is told everything afresh.
            self._shell.kill()


def _close_pipe(shell: "subprocess.Popen[bytes]") -> None:
    if shell.stdin is not None:
        with contextlib.suppress(OSError):
            shell.stdin.close()
