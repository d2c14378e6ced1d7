"""Brings a run to its end."""

import asyncio
import contextlib
import time
from dataclasses import dataclass

from ...errors import PluginartError, TransportError
from ...timing.settles_within import settles_within
from .plugin_spec import PluginSpec
from .run import Run

MIN_STOP = 1.0
"""Seconds that SIGTERM is given at least, where the calls took all of `shutdown_timeout`."""
MIN_CONNECTION = 1.0
"""Seconds: a version 1 connection that lasted less is a sign of ill health, and not dialled again at once."""


@dataclass(frozen=True, slots=True)
class Stop:
    """It is to stop."""


@dataclass(frozen=True, slots=True)
class Restart:
    """It is to be started anew."""


@dataclass(frozen=True, slots=True)
class Goaway:
    """It takes no new calls."""

    reason: PluginartError


@dataclass(frozen=True, slots=True)
class Lost:
    """Its connection is lost."""

    loss: PluginartError


@dataclass(frozen=True, slots=True)
class Exited:
    """Its process is gone."""


@dataclass(frozen=True, slots=True)
class Condemned:
    """It is not to be waited for any longer."""

    verdict: str


Parting = Stop | Restart | Goaway | Lost | Exited | Condemned
"""Why a plugin leaves `ready`."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is left of it, once all that was open has come to an end."""

    error: PluginartError | None = None
    """Why it failed, if it did."""
    is_alive: bool = False
    """The process lives on and is to be connected to again."""


async def wind_down(run: Run, ready_since: float, parting: Parting, spec: PluginSpec) -> Aftermath:
    """Have every call that is open settle; nothing is left of the process unless it `is_alive`."""
    match parting:
        case Stop():
            await _finish(run, spec, run.unavailable("was shut down"))
            return Aftermath()
        case Restart():
            await _finish(run, spec, run.unavailable("was restarted"))
            return Aftermath()
        case Goaway(reason):
            error = run.unavailable(f"said that it takes no more calls: {reason.message}")
            error.__cause__ = reason
            await _finish(run, spec, error, exits_by_itself=True)
        case Condemned(verdict):
            run.condemn(verdict)
            await run.instance.stop(0)
            error = await run.explain(None)
            run.close(error)
        case Exited():
            error = await run.explain(None)
            run.close(error)
            await run.instance.stop(0)
        case Lost(loss):
            error = await run.explain(loss)
            lasted = time.monotonic() - ready_since >= MIN_CONNECTION
            process = run.instance.process
            # Version 1 has no other way to give up on a call; in version 2 only a fault breaks a connection.
            if run.session.protocol == 1 and lasted and not (process is not None and process.has_exited):
                return Aftermath(is_alive=True)
            await run.instance.stop(min(spec.shutdown_timeout, MIN_STOP))
    return Aftermath(error)


async def _finish(run: Run, spec: PluginSpec, error: TransportError, *, exits_by_itself: bool = False) -> None:
    """Take no new calls; those that are open have `shutdown_timeout`, of which the process gets what they leave.

    One that is on its way out is not signalled before that: a second SIGTERM would cut its own clean-up short.
    """
    deadline = time.monotonic() + spec.shutdown_timeout
    with contextlib.suppress(PluginartError, TimeoutError):
        async with asyncio.timeout(spec.shutdown_timeout):
            await run.session.drain()
    run.close(error)
    if exits_by_itself and run.instance.process is not None:
        await settles_within(run.instance.process.exited, deadline - time.monotonic())
    least = min(spec.shutdown_timeout, MIN_STOP)
    await run.instance.stop(max(deadline - time.monotonic(), least))
