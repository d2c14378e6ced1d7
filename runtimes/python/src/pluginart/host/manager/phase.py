"""The life of a manager: idle -> starting -> running -> stopping -> idle."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing runs."""


@dataclass(frozen=True, slots=True)
class Starting:
    """Plugins are started for the first time."""

    done: "asyncio.Task[None]"


@dataclass(frozen=True, slots=True)
class Running:
    """Plugins are supervised."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """Plugins are stopped."""

    done: "asyncio.Task[None]"


Phase = Idle | Starting | Running | Stopping
