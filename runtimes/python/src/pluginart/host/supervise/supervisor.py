"""Keeps one plugin running. See `plugin_state` for its life."""

import asyncio
import math
import time
from typing import Literal

from ...errors import ErrorCode, PluginartError
from ...session.host_session import HostSession
from ..launch.instance import Instance, Launcher
from ..launch.launch_spec import RemoteLaunch
from .describe_state import describe_state
from .health_watch import HealthWatch
from .plugin_spec import PluginSpec
from .plugin_state import TRANSITIONS, Backoff, Draining, Failed, PluginState, Ready, Starting, Stopped
from .plugin_status import PluginStatus, status_of
from .refusals import as_pluginart_error, unavailable
from .restart_budget import RestartBudget
from .run import Run, RunListener
from .start_run import StartPlan, start_run
from .supervisor_events import SupervisorEvents
from .waiting_calls import WaitingCalls
from .wind_down import Aftermath, Condemned, Exited, Goaway, Lost, Parting, Restart, Stop, wind_down


class Supervisor:
    """Belongs to the loop on which it was started, until it is stopped."""

    def __init__(
        self, spec: PluginSpec, launcher: Launcher, spoke_version_2: set[str], events: SupervisorEvents
    ) -> None:
        """`spoke_version_2` has the commands that once did: they are not accepted as version 1 any more."""
        self.spec = spec
        self.session: HostSession | None = None
        """What calls go through; None unless ready. May be read from any thread."""
        self._launcher = launcher
        self._spoke_version_2 = spoke_version_2
        self._events = events
        self._budget = RestartBudget(
            max_restarts=math.inf if isinstance(spec.launch, RemoteLaunch) else spec.max_restarts,
            backoff_max=spec.restart_backoff_max,
            stable_after=spec.stable_after,
        )
        self._waiting = WaitingCalls(spec.name, self._describe_state)
        self._state: PluginState = Stopped("has not been started: call start() first")
        self._starts = 0
        self._last_error: PluginartError | None = None

    async def start(self, on_failure: Literal["retry", "fail"]) -> None:
        """Return when the plugin is ready; `on_failure` of this first start `retry` goes on as after a crash.

        Raises PluginartError why it did not get ready.
        """
        if isinstance(self._state, Ready):
            return
        self._budget.renew()
        await self._until_ready(self._begin(None, on_failure))

    async def stop(self) -> None:
        """Stop the plugin, whatever it is doing; returns when nothing is left of it. Raises nothing."""
        match self._state:
            case Backoff() | Failed():
                self._stopped()
            case Starting(attempt=attempt) as state:
                state.aborted_for = unavailable(self.spec.name, "was shut down while it started")
                attempt.cancel()
                done = asyncio.create_task(self._after_abort(attempt))
                self._set_state(Draining("stop", done, None))
                await asyncio.shield(done)
            case Ready(run=run):
                await asyncio.shield(self._leave(run, Stop()))
            case Draining(done=done, run=run):
                self._set_state(Draining("stop", done, run))
                await asyncio.shield(done)

    async def restart(self) -> None:
        """Start it anew with a fresh budget: also where it had been given up. Raises PluginartError as `start`."""
        if isinstance(self._state, Ready):
            self._leave(self._state.run, Restart())
        while isinstance(self._state, Draining):
            await asyncio.shield(self._state.done)
        if isinstance(self._state, Stopped):
            # Somebody stopped it meanwhile, and that is the last word.
            raise unavailable(self.spec.name, self._describe_state())
        self._budget.renew()
        await self._until_ready(self._begin(None, "retry"))

    def kill(self) -> None:
        """Cut a stop short: what is left of the plugin is killed."""
        if isinstance(self._state, Draining) and self._state.run is not None:
            self._state.run.kill()

    def abandon(self, why: str) -> None:
        """Know nothing of the plugin any more, in a forked child: it is the parent's."""
        # Not a change of state: the plugin goes on elsewhere, and nobody is to be told.
        self.session = None
        self._state = Stopped(why)

    async def wait_for_session(self, timeout: float | None, left: HostSession | None = None) -> HostSession:
        """Wait until the plugin is ready, at most so many seconds; None = as long as it takes.

        `left` takes no more calls, though the plugin may still count as ready by it.
        Raises PluginartError UNAVAILABLE where it will not get ready, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED.
        """
        if self.session is not None and self.session is not left:
            return self.session
        refusal = self.refusal()
        if refusal is not None:
            raise refusal
        return await self._waiting.wait(timeout)

    def refusal(self) -> PluginartError | None:
        """Return what calls get at once; None where they go through or wait."""
        match self._state:
            case Failed(error=error):
                return unavailable(self.spec.name, self._describe_state(), error)
            case Stopped() | Draining(next="stop"):
                return unavailable(self.spec.name, self._describe_state())
        return None

    def status(self) -> PluginStatus:
        """How it is."""
        return status_of(
            self.spec.name,
            self._state,
            waiting_calls=self._waiting.count,
            restarts=max(self._starts - 1, 0),
            failures=self._budget.failures,
            error=self._last_error,
        )

    def _set_state(self, state: PluginState, error: PluginartError | None = None) -> None:
        """Change the state, here alone; calls that wait are released or refused."""
        previous = self._state
        if state.name not in TRANSITIONS[previous.name]:
            raise PluginartError(ErrorCode.INTERNAL, f"no way leads from {previous.name} to {state.name}")
        if isinstance(previous, Ready):
            previous.health.stop()
        if isinstance(previous, Backoff):
            previous.timer.cancel()
        if error is not None:
            self._last_error = error
        self._state = state
        self.session = state.run.session if isinstance(state, Ready) else None
        if self.session is not None:
            self._waiting.release(self.session)
        elif (refusal := self.refusal()) is not None:
            self._waiting.fail(refusal)
        if previous.name != state.name:
            self._events.on_state(previous.name, state.name, error)

    def _begin(
        self, instance: Instance | None, on_failure: Literal["retry", "fail"]
    ) -> "asyncio.Task[PluginartError | None]":
        if isinstance(self._state, Starting):
            return self._state.attempt
        # It runs in a later turn, and finds the state set that it belongs to.
        attempt = asyncio.create_task(self._attempt(instance, on_failure))
        self._set_state(Starting(attempt))
        return attempt

    async def _until_ready(self, attempt: "asyncio.Task[PluginartError | None]") -> None:
        state = self._state
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
            if self._is_stopping():
                return error
            if on_failure == "fail":
                self._set_state(Failed(error), error)
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
        self._set_state(Ready(run, health, now))
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
        if isinstance(self._state, Ready) and self._state.run is run:
            self._leave(run, parting, error)

    def _leave(self, run: Run, parting: Parting, error: PluginartError | None = None) -> "asyncio.Task[None]":
        assert isinstance(self._state, Ready)
        done = asyncio.create_task(self._wind_down(run, self._state.since, parting))
        self._set_state(Draining("stop" if isinstance(parting, Stop) else "on", done, run), error)
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
        if self._is_stopping():
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
            self._set_state(Failed(error), error)
            return
        timer = asyncio.get_running_loop().call_later(delay, self._begin, None, "retry")
        self._set_state(Backoff(error, time.monotonic() + delay, timer), error)
        self._events.on_restart(self._budget.failures, delay, error)

    def _stopped(self) -> None:
        self._set_state(Stopped("was shut down"))

    def _is_stopping(self) -> bool:
        return isinstance(self._state, Draining) and self._state.next == "stop"

    def _describe_state(self) -> str:
        return describe_state(self._state, self._last_error, self._budget.failures)
