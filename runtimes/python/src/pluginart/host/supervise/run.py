"""A plugin that has been started, with the connection to it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ...errors import ErrorCode, PluginartError, TransportError
from ...session.host_session import HostSession
from ...session.link import Link
from ...timing.settles_within import settles_within
from ..launch.instance import Ending, Instance

EXIT_GRACE = 1.0
"""Seconds that a lost connection is held against its process, before it counts as lost on its own."""
CLOSE_GRACE = 2.0
"""Seconds that a connection has to send what was written."""
MAX_LAST_WORDS_LENGTH = 200


@dataclass(slots=True)
class RunListener:
    """Hears of the end."""

    on_lost: Callable[[PluginartError], None]
    on_goaway: Callable[[PluginartError], None]


class Run:
    """Remembers what happens before anybody listens."""

    link: Link
    session: HostSession

    def __init__(self, plugin: str, instance: Instance) -> None:
        self.plugin = plugin
        self.instance = instance
        self._listener: RunListener | None = None
        self._loss: PluginartError | None = None
        self._goaway: PluginartError | None = None
        self._verdict: str | None = None
        self._closed_for: TransportError | None = None

    def listen(self, listener: RunListener) -> None:
        """Tell what happened already, and what happens from now on."""
        self._listener = listener
        if self._loss is not None:
            listener.on_lost(self._loss)
        elif self._goaway is not None:
            listener.on_goaway(self._goaway)

    def on_lost(self, loss: PluginartError) -> None:
        """Take the end of the connection."""
        self._loss = self._loss or loss
        if self._listener is not None:
            self._listener.on_lost(loss)

    def on_goaway(self, reason: PluginartError) -> None:
        """Take the plugin's word that it takes no new calls."""
        self._goaway = self._goaway or reason
        if self._listener is not None:
            self._listener.on_goaway(reason)

    def close(self, reason: TransportError) -> None:
        """Close the connection; `reason` is what calls that are open are told."""
        self._closed_for = self._closed_for or reason
        self.session.close(reason)

    def kill(self) -> None:
        """End it at once."""
        self.close(self.unavailable("was shut down"))
        if self.instance.process is not None:
            self.instance.process.kill()

    def unavailable(self, what: str) -> TransportError:
        """Make an error; `what` continues a sentence that names the plugin."""
        process = self.instance.process
        return TransportError(
            ErrorCode.UNAVAILABLE,
            f'plugin "{self.plugin}" {what}',
            plugin=self.plugin,
            evidence=None if process is None else process.evidence(),
        )

    async def wait_closed(self) -> None:
        """Return when the connection, which has been closed, has left nothing behind."""
        closing = asyncio.ensure_future(self.link.wait_closed())
        if not await settles_within(closing, CLOSE_GRACE):
            self.link.destroy()
            await closing

    def condemn(self, verdict: str) -> None:
        """Explain the end of its process by this from now on; it continues a sentence that names the plugin."""
        self._verdict = self._verdict or verdict

    async def explain(self, loss: PluginartError | None) -> TransportError:
        """Say what a lost connection means: its process has ended, and how, or the loss itself where it lives on.

        Takes at most two seconds: one for the process to be gone, one for the rest of its output; for a container also
        what its engine takes to answer.
        """
        if self._closed_for is not None:
            return self._closed_for
        process = self.instance.process
        ending = None
        if process is not None and await settles_within(process.exited, EXIT_GRACE):
            ending = await asyncio.shield(process.ended)
        code, what = self._diagnose(loss, ending)
        evidence = ending.evidence if ending is not None else process.evidence() if process is not None else None
        error = TransportError(
            code,
            f'plugin "{self.plugin}" {what}',
            origin="local" if ending is None else "process",
            plugin=self.plugin,
            evidence=evidence,
        )
        error.__cause__ = loss
        return error

    def _diagnose(self, loss: PluginartError | None, ending: Ending | None) -> tuple[int, str]:
        if self._verdict is not None:
            return ErrorCode.UNAVAILABLE, self._verdict + ("" if ending is None else f"; it {ending.how}")
        if ending is not None:
            return ErrorCode.UNAVAILABLE, ending.how + _last_words(ending)
        if loss is None:
            return ErrorCode.UNAVAILABLE, "lost its connection"
        return loss.code, f"lost its connection: {loss.message}"


def _last_words(ending: Ending) -> str:
    lines = ending.evidence.stderr or ending.evidence.stdout
    return f"; its last words: {lines[-1][:MAX_LAST_WORDS_LENGTH]}" if lines else ""
