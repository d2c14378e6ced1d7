"""Keeps one plugin running. See `plugin_state` for its life."""

import asyncio
import math
import time
from typing import Literal

from ...errors import PluginartError
from ..launch.instance import Instance, Launcher
from ..launch.launch_spec import RemoteLaunch
from .health_watch import HealthWatch
from .plugin_life import PluginLife
from .plugin_spec import PluginSpec
from .plugin_state import Backoff, Draining, Failed, Ready, Starting, Stopped
from .plugin_status import PluginStatus
from .refusals import as_pluginart_error, unavailable
from .restart_budget import RestartBudget
from .run import Run, RunListener
from .start_run import StartPlan, start_run
from .supervisor_events import SupervisorEvents
from .wind_down import Aftermath, Condemned, Exited, Goaway, Lost, Parting, Restart, Stop, wind_down


class Supervisor:
    """Belongs to the loop on which it was started, until it is stopped."""

    def __init__(
        self, spec: PluginSpec, launcher: Launcher, spoke_version_2: set[str], events: SupervisorEvents
    ) -> None:
        """`spoke_version_2` has the commands that once did: they are not accepted as version 1 any more."""
        self.spec = spec
        self._launcher = launcher
        self._spoke_version_2 = spoke_version_2
        self._events = events
        self._budget = RestartBudget(
            max_restarts=math.inf if isinstance(spec.launch, RemoteLaunch) else spec.max_restarts,
            backoff_max=spec.restart_backoff_max,
            stable_after=spec.stable_after,
        )
        self.life = PluginLife(spec, self._budget, events)
        """Its state, and what calls get in it."""
        self._starts = 0

    async def start(self, on_failure: Literal["retry", "fail"]) -> None:
        """Return when the plugin is ready; `on_failure` of this first start `retry` goes on as after a crash.

        Raises PluginartError why it did not get ready.
        """
        if isinstance(self.life.state, Ready):
            return
        self._budget.renew()
        await self._until_ready(self._begin(None, on_failure))

    async def stop(self) -> None:
        """Stop the plugin, whatever it is doing; returns when nothing is left of it. Raises nothing."""
        match self.life.state:
            case Backoff() | Failed():
                self._stopped()
            case Starting(attempt=attempt) as state:
                state.aborted_for = unavailable(self.spec.name, "was shut down while it started")
                attempt.cancel()
                done = asyncio.create_task(self._after_abort(attempt))
                self.life.change(Draining("stop", done, None))
                await asyncio.shield(done)
            case Ready(run=run):
                await asyncio.shield(self._leave(run, Stop()))
            case Draining(done=done, run=run):
                self.life.change(Draining("stop", done, run))
                await asyncio.shield(done)

    async def restart(self) -> None:
        """Start it anew with a fresh budget: also where it had been given up. Raises PluginartError as `start`."""
        if isinstance(self.life.state, Ready):
            self._leave(self.life.state.run, Restart())
        while isinstance(self.life.state, Draining):
            await asyncio.shield(self.life.state.done)
        if isinstance(self.life.state, Stopped):
            # Somebody stopped it meanwhile, and that is the last word.
            raise unavailable(self.spec.name, self.life.describe())
        self._budget.renew()
        await self._until_ready(self._begin(None, "retry"))

    def kill(self) -> None:
        """Cut a stop short: what is left of the plugin is killed."""
        if isinstance(self.life.state, Draining) and self.life.state.run is not None:
            self.life.state.run.kill()

    def abandon(self, why: str) -> None:
        """Know nothing of the plugin any more, in a forked child: it is the parent's."""
        self.life.abandon(why)

    def status(self) -> PluginStatus:
        """How it is."""
        return self.life.status(restarts=max(self._starts - 1, 0))

    def _begin(
        self, instance: Instance | None, on_failure: Literal["retry", "fail"]
    ) -> "asyncio.Task[PluginartError | None]":
        if isinstance(self.life.state, Starting):
            return self.life.state.attempt
        # It runs in a later turn, and finds the state set that it belongs to.
        attempt = asyncio.create_task(self._attempt(instance, on_failure))
        self.life.change(Starting(attempt))
        return attempt

    async def _until_ready(self, attempt: "asyncio.Task[PluginartError | None]") -> None:
        state = self.life.state
        await asyncio.wait((attempt,))
        if not attempt.cancelled():
            error = attempt.result()
        elif isinstance(state, Starting) and state.aborted_for is not None:
            error = state.aborted_for
        else:
            raise asyncio.CancelledError
        if error is not None:
            raise error

    async def _attempt(self, instance: Instance | None, on_failure: Literal["retry", "fail"]) -> PluginartError | None:
        command = self._launcher.command
        if instance is None:
            self._starts += 1
        downgrade = command is not None and command in self._spoke_version_2
        plan = StartPlan(
            spec=self.spec,
            launcher=self._launcher,
            instance=instance,
            min_protocol=2 if downgrade else self.spec.min_protocol,
            on_line=self._events.on_line,
            on_stuck=self._events.on_stuck,
        )
        try:
            run = await start_run(plan)
        except Exception as cause:
            error = as_pluginart_error(cause)
            if self.life.is_stopping:
                return error
            if on_failure == "fail":
                self.life.change(Failed(error), error)
            else:
                self._failed(error)
            return error
        if command is not None and run.session.protocol == 2:
            self._spoke_version_2.add(command)
        self._ready(run)
        return None

    def _ready(self, run: Run) -> None:
        now = time.monotonic()
        health = HealthWatch(
            run.session,
            interval=self.spec.health_interval,
            unresponsive_timeout=self.spec.unresponsive_timeout,
            on_unresponsive=self._events.on_unresponsive,
            on_dead=lambda verdict: self._leave_for(run, Condemned(verdict)),
        )
        self._budget.ready(now)
        self.life.change(Ready(run, health, now))
        run.listen(
            RunListener(
                on_lost=lambda loss: self._leave_for(run, Lost(loss), loss),
                on_goaway=lambda reason: self._leave_for(run, Goaway(reason), reason),
            )
        )
        process = run.instance.process
        if process is not None:
            process.exited.add_done_callback(lambda _: self._leave_for(run, Exited()))

    def _leave_for(self, run: Run, parting: Parting, error: PluginartError | None = None) -> None:
        """Leave `ready`. Whatever else is noticed of the same run afterwards changes nothing any more."""
        if isinstance(self.life.state, Ready) and self.life.state.run is run:
            self._leave(run, parting, error)

    def _leave(self, run: Run, parting: Parting, error: PluginartError | None = None) -> "asyncio.Task[None]":
        assert isinstance(self.life.state, Ready)
        done = asyncio.create_task(self._wind_down(run, self.life.state.since, parting))
        self.life.change(Draining("stop" if isinstance(parting, Stop) else "on", done, run), error)
        return done

    async def _wind_down(self, run: Run, ready_since: float, parting: Parting) -> None:
        try:
            aftermath = await wind_down(run, ready_since, parting, self.spec)
            await run.wait_closed()
        except Exception as error:
            aftermath = Aftermath(as_pluginart_error(error))
        except BaseException:
            # The loop itself is on its way out.
            run.kill()
            raise
        if self.life.is_stopping:
            if aftermath.is_alive:
                await run.instance.stop(self.spec.shutdown_timeout)
            self._stopped()
        elif aftermath.error is not None:
            self._failed(aftermath.error)
        else:
            self._begin(run.instance if aftermath.is_alive else None, "retry")

    async def _after_abort(self, attempt: "asyncio.Task[PluginartError | None]") -> None:
        await asyncio.wait((attempt,))
        self._stopped()

    def _failed(self, error: PluginartError) -> None:
        delay = self._budget.failed(time.monotonic())
        if delay is None:
            self.life.change(Failed(error), error)
            return
        timer = asyncio.get_running_loop().call_later(delay, self._begin, None, "retry")
        self.life.change(Backoff(error, time.monotonic() + delay, timer), error)
        self._events.on_restart(self._budget.failures, delay, error)

    def _stopped(self) -> None:
        self.life.change(Stopped("was shut down"))
