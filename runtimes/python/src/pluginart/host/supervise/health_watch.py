"""Pings a session and judges its silence."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from ...timing.poll_once import poll_once
from ...timing.settles_within import settles_within

MISSED_PINGS = 2
"""So many pings without any sign of life are silence."""


class WatchedSession(Protocol):
    """What is watched of a `HostSession`."""

    @property
    def protocol(self) -> int:
        """1 or 2."""
        ...

    @property
    def open_calls(self) -> int:
        """Calls that the plugin owes an answer to."""
        ...

    @property
    def last_heard(self) -> float:
        """By `time.monotonic`."""
        ...

    async def ping(self) -> float:
        """Return at the Pong."""
        ...


class HealthWatch:
    """Any byte is a sign of life.

    Without open calls silence is ill health; with open calls a runtime may be kept from answering by the work itself,
    so it gets `unresponsive_timeout`; and a version 1 plugin answers nothing at all while it works, so with calls open
    it is not judged.
    """

    def __init__(
        self,
        session: WatchedSession,
        *,
        interval: float,
        unresponsive_timeout: float,
        on_unresponsive: Callable[[float, int], None],
        on_dead: Callable[[str], None],
    ) -> None:
        """Watch on the running loop; durations in seconds.

        `on_unresponsive` is told once each time of silence with calls open, which may be honest work: for how long, and
        how many. `on_dead` that it is not to be waited for any longer; why continues a sentence that names the plugin.
        """
        self._session = session
        self._interval = interval
        self._unresponsive_timeout = unresponsive_timeout
        self._on_unresponsive = on_unresponsive
        self._on_dead = on_dead
        self._announced = False
        self._task = asyncio.create_task(self._watch())

    def stop(self) -> None:
        """Judge no more."""
        self._task.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            sent = time.monotonic()
            ping = asyncio.ensure_future(self._session.ping())
            try:
                while not await settles_within(ping, self._interval):
                    # Where this host itself was busy, the answer may be in the socket: it is read before the verdict.
                    await poll_once()
                    if not ping.done():
                        self._judge(sent)
            finally:
                ping.cancel()
            if ping.exception() is not None:
                # The session has ended; its owner hears of that from the session.
                return
            self._announced = False

    def _judge(self, ping_sent: float) -> None:
        session = self._session
        silence = time.monotonic() - max(ping_sent, session.last_heard)
        missed = round(silence / self._interval)
        if missed < MISSED_PINGS:
            self._announced = False
        elif session.open_calls == 0:
            self._on_dead(f"did not answer {missed} pings in {round(silence * 1_000)} ms")
        elif session.protocol == 2:
            if not self._announced:
                self._announced = True
                self._on_unresponsive(silence, session.open_calls)
            if silence >= self._unresponsive_timeout:
                self._on_dead(
                    f"gave no sign of life for {round(silence)} s with calls open (unresponsive_timeout): "
                    f"{session.open_calls}"
                )
