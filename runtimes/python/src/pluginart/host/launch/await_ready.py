"""What comes of a process first."""

import asyncio
import re
from typing import Literal, Protocol

from ...errors import Evidence
from ...timing.poll_once import poll_once
from .instance import InstanceProcess

UNREADY_STOP = 1.0
"""Seconds for a process that did not get ready to clean up after itself."""
MAX_PORTS_TRIED = 3
"""A free port may be taken by somebody else before the plugin gets to it."""

_has_ready = re.compile(r"\bREADY\b").search


class GettingReady(InstanceProcess, Protocol):
    """A process that says READY one day."""

    @property
    def ready(self) -> "asyncio.Future[None]":
        """Done when it has said READY. Not to be cancelled."""
        ...


async def await_ready(child: GettingReady, timeout: float) -> Literal["ready", "exited", "late"]:
    """Return what comes first: READY, the end of the process, or of the time, in seconds."""
    # Its output may still be on its way, READY included: hence `ended`. A process that is gone is not ready, though.
    await asyncio.wait((child.ready, child.ended), timeout=max(timeout, 0), return_when=asyncio.FIRST_COMPLETED)
    if not child.ready.done() and not child.ended.done():
        await poll_once()
    if child.ready.done():
        return "ready"
    return "exited" if child.ended.done() else "late"


def misprinted_ready(evidence: Evidence) -> str:
    """Say what is wrong with a READY that was printed, but did not count."""
    if any(line.strip() == "READY" for line in evidence.stderr):
        return "; READY belongs on stdout, not on stderr"
    line = next((text for text in evidence.stdout if _has_ready(text)), None)
    return "" if line is None else f'; READY has to be alone on its line, and not as in "{line}"'


class PortTakenError(Exception):
    """Another port may do; if there is none, `failure` is told."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(failure)
        self.failure = failure
