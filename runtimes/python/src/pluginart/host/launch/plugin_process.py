"""A running plugin with its process group, its output always drained."""

import asyncio
import contextlib
import os
import signal
import subprocess

from ...errors import Evidence
from ...timing.settles_within import settles_within
from .exit_watch import watch_exit
from .fork_safety import abandon_after_fork
from .guard import Guard
from .instance import Ending, OnLine, OutputStream
from .output_drain import OutputDrain
from .ready_line import ReadyLine
from .signal_name import signal_name
from .starting_gate import GO, Command, behind_gate
from .tail import Tail

OUTPUT_GRACE = 1.0
"""Seconds that the last output of a dead process is waited for: a stranger may hold its pipes open."""
KILL_GRACE = 5.0
# How one ended that got a SIGKILL which was not ours.
KILLED_BY_WHOM = "was killed by SIGKILL, by somebody else or for want of memory"
"""Seconds: after SIGKILL the kernel needs a moment; a process stuck in it may need for ever."""


class PluginProcess:
    """Starts on the running loop. Raises OSError or ValueError where the process cannot be started."""

    def __init__(self, command: Command, guard: Guard, on_line: OnLine) -> None:
        loop = asyncio.get_running_loop()
        gated = behind_gate(command)
        self._process = subprocess.Popen(
            gated or [command.file, *command.args],
            cwd=command.cwd,
            env=command.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            pass_fds=command.files,
            # A session and process group of its own: all of it can be stopped, and Ctrl-C is the host's to handle.
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._guard = guard
        self._on_line = on_line
        self._killed = False
        self._tails: dict[OutputStream, Tail] = {"stdout": Tail(), "stderr": Tail()}
        self.ready: asyncio.Future[None] = loop.create_future()
        """Done when it has said READY. Not to be cancelled."""
        self.exited: asyncio.Future[None] = loop.create_future()
        guard.add(self.pid)
        abandon_after_fork(self)
        self._stop_watching = watch_exit(self._process, self._on_exit)
        if gated is not None:
            self._open_gate()
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        stdout = ReadyLine(self._on_ready, lambda text, whole: self._emit("stdout", text, whole))
        self._drains = (
            OutputDrain(self._process.stdout, stdout.line, stdout.end),
            OutputDrain(self._process.stderr, lambda text, whole: self._emit("stderr", text, whole)),
        )
        self.ended: asyncio.Future[Ending] = loop.create_task(self._await_end())

    @property
    def has_exited(self) -> bool:
        """Whether the process is gone."""
        return self._process.returncode is not None

    def evidence(self) -> Evidence:
        """Return what it has printed so far, and how it ended if it did."""
        code = self._process.returncode
        return Evidence(
            exit_code=code if code is not None and code >= 0 else None,
            signal=_ending_signal(code) if code is not None and code < 0 else None,
            stderr=self._tails["stderr"].lines(),
            stdout=self._tails["stdout"].lines(),
        )

    async def stop(self, grace: float) -> None:
        """As `Instance.stop`."""
        try:
            if not self.has_exited and grace > 0:
                self._signal_group(signal.SIGTERM)
                await settles_within(self.exited, grace)
            self.kill()
            await settles_within(self.exited, KILL_GRACE)
            if self.has_exited:
                await settles_within(self.ended, OUTPUT_GRACE + KILL_GRACE)
        except BaseException:
            self.kill()
            raise

    def abandon(self) -> None:
        """Let go of the pipes in a forked child, so that their end is that of the parent."""
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        if self._process.returncode is None:
            # It is no child of this process: nobody is to wait for it here.
            self._process.returncode = 0

    def kill(self) -> None:
        """Kill the process group at once."""
        if not self.has_exited:
            self._killed = True
            self._signal_group(signal.SIGKILL)

    def _open_gate(self) -> None:
        assert self._process.stdin is not None
        # That a process is gone already is heard of by its exit.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(GO)

    def _on_ready(self) -> None:
        if not self.ready.done():
            self.ready.set_result(None)

    def _emit(self, stream: OutputStream, text: str, whole: bool) -> None:
        self._tails[stream].add(text)
        self._on_line(stream, text, whole)

    def _on_exit(self) -> None:
        # What is left of the group goes first, as long as its id cannot have been given to anybody else.
        self._signal_group(signal.SIGKILL)
        self._process.wait()
        self._guard.remove(self.pid)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self.exited.set_result(None)

    async def _await_end(self) -> Ending:
        try:
            await self.exited
            await asyncio.wait([drain.closed for drain in self._drains], timeout=OUTPUT_GRACE)
        except asyncio.CancelledError:
            self._end_with_loop()
            raise
        for drain in self._drains:
            drain.close()
        return Ending(self._describe_exit(), self.evidence())

    def _end_with_loop(self) -> None:
        """Nobody has shut this down, and its loop is on its way out, which it must not outlive."""
        self.kill()
        self._stop_watching()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(KILL_GRACE)
        for drain in self._drains:
            drain.close()
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _describe_exit(self) -> str:
        code = self._process.returncode
        if code >= 0:
            return f"exited with code {code}"
        name = _ending_signal(code)
        if name != "SIGKILL" or self._killed:
            return f"was killed by {name}"
        return KILLED_BY_WHOM

    def _signal_group(self, number: signal.Signals) -> None:
        # ESRCH: nobody is left. EPERM is how macOS says the same of a group of zombies.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def _ending_signal(code: int) -> str:
    return signal_name(-code) or f"signal {-code}"
