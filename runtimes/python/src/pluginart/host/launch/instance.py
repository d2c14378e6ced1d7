"""What launchers and those who use them agree on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from ...errors import Evidence
from .address import Address

OutputStream = Literal["stdout", "stderr"]

OnLine = Callable[[OutputStream, str, bool], None]
"""Gets one line of a plugin's output without its newline, or one piece of at most 64 KiB of a longer line; the last
argument is False for such pieces."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process came to its end."""

    how: str
    """``exited with code 3``, ``was killed by SIGKILL``: continues a sentence that names the plugin."""
    evidence: Evidence


class InstanceProcess(Protocol):
    """A process that belongs to a plugin that has been started."""

    @property
    def pid(self) -> int:
        """Its id, and that of its process group."""
        ...

    @property
    def exited(self) -> "asyncio.Future[None]":
        """Done in the moment the process is gone; its last output may still be on its way. Not to be cancelled."""
        ...

    @property
    def ended(self) -> "asyncio.Future[Ending]":
        """Done when the process is gone and its output is complete, at most a second later. Not to be cancelled."""
        ...

    @property
    def has_exited(self) -> bool:
        """Whether the process is gone."""
        ...

    def kill(self) -> None:
        """Kill its process group at once."""
        ...

    def evidence(self) -> Evidence:
        """Return what it has printed so far, and how it ended if it did."""
        ...


class Instance(Protocol):
    """A plugin that has been started and said that it is ready, or one that runs elsewhere."""

    @property
    def address(self) -> Address:
        """Where it listens."""
        ...

    @property
    def token(self) -> str | None:
        """The secret shared with it, as hex."""
        ...

    @property
    def process(self) -> InstanceProcess | None:
        """None for a plugin that somebody else runs."""
        ...

    @property
    def behind_proxy(self) -> bool:
        """Whether somebody else takes connections for it, whether it listens or not, and closes them then."""
        ...

    def hint_of_unreachable(self, number: int | None) -> str:
        """Say what may keep a plugin that is ready from being connected to; empty, or begins with ``;``.

        `number` is the operating system's for the failure, None where it told none.
        """
        ...

    async def stop(self, grace: float) -> None:
        """Ask it to end (SIGTERM to the process group), and after `grace` seconds make it (SIGKILL).

        Returns when nothing of it is left: no process of its group, no socket. Raises nothing; may be called again.
        Where it is cancelled the group is killed at once.
        """
        ...


class Launcher(Protocol):
    """Starts one plugin, again and again."""

    @property
    def command(self) -> str | None:
        """What it runs, told from anything else: executable, arguments, directory; None where somebody else runs it.

        What that was once seen to speak is remembered.
        """
        ...

    async def launch(self, *, timeout: float, on_line: OnLine) -> Instance:
        """Start it and wait until it is ready, at most `timeout` seconds.

        `on_line` gets all output but the READY line, for as long as the process lives. Raises a StartupError saying
        what a person needs. Nothing of the process is left where this raises or is cancelled.
        """
        ...
