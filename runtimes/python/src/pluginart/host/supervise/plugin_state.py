"""The life of one plugin.

    stopped -> starting -> ready -> draining -> stopped | backoff -> starting | failed

`draining` is every way out of `ready`: the connection takes no new calls, those that are open come to an end, the
process is stopped or its end explained. Calls go through in `ready`, wait in `starting`, `backoff` and a `draining`
that leads back to them, and are refused otherwise.
"""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Literal

from ...errors import PluginartError
from .health_watch import HealthWatch
from .run import Run

StateName = Literal["stopped", "starting", "ready", "draining", "backoff", "failed"]


@dataclass(slots=True)
class Stopped:
    """Nothing of it runs."""

    name: ClassVar[StateName] = "stopped"
    why: str
    """Continues a sentence that names the plugin."""


@dataclass(slots=True)
class Starting:
    """It is launched and connected to."""

    name: ClassVar[StateName] = "starting"
    attempt: "asyncio.Task[PluginartError | None]"
    """Returns what kept it from getting ready."""
    aborted_for: PluginartError | None = None


@dataclass(slots=True)
class Ready:
    """It takes calls."""

    name: ClassVar[StateName] = "ready"
    run: Run
    health: HealthWatch
    since: float
    """By `time.monotonic`."""


@dataclass(slots=True)
class Draining:
    """It is on its way out of `ready`."""

    name: ClassVar[StateName] = "draining"
    next: Literal["stop", "on"]
    """`on`: it is started again, or given up."""
    done: "asyncio.Task[None]"
    run: Run | None
    """None where its start was aborted."""


@dataclass(slots=True)
class Backoff:
    """It failed and will be started again."""

    name: ClassVar[StateName] = "backoff"
    error: PluginartError
    retry_at: float
    """By `time.monotonic`."""
    timer: asyncio.TimerHandle


@dataclass(slots=True)
class Failed:
    """It is given up on."""

    name: ClassVar[StateName] = "failed"
    error: PluginartError


PluginState = Stopped | Starting | Ready | Draining | Backoff | Failed

TRANSITIONS: dict[StateName, tuple[StateName, ...]] = {
    "stopped": ("starting",),
    "starting": ("ready", "draining", "backoff", "failed"),
    "ready": ("draining",),
    "draining": ("draining", "stopped", "starting", "backoff", "failed"),
    "backoff": ("starting", "stopped"),
    "failed": ("starting", "stopped"),
}
