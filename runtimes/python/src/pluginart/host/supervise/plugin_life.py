"""In which state a plugin is, and what calls get in it."""

from ...errors import ErrorCode, PluginartError
from ...session.host_session import HostSession
from .describe_state import describe_state
from .plugin_spec import PluginSpec
from .plugin_state import TRANSITIONS, Backoff, Draining, Failed, PluginState, Ready, Stopped
from .plugin_status import PluginStatus, status_of
from .refusals import unavailable
from .restart_budget import RestartBudget
from .supervisor_events import SupervisorEvents
from .waiting_calls import WaitingCalls


class PluginLife:
    """The one place where the state changes. See `plugin_state` for the ways that there are."""

    def __init__(self, spec: PluginSpec, budget: RestartBudget, events: SupervisorEvents) -> None:
        self.state: PluginState = Stopped("has not been started: call start() first")
        self.session: HostSession | None = None
        """What calls go through; None unless ready. May be read from any thread."""
        self._spec = spec
        self._budget = budget
        self._events = events
        self._waiting = WaitingCalls(spec.name, self.describe)
        self._last_error: PluginartError | None = None

    @property
    def is_stopping(self) -> bool:
        """It is on its way out of `ready`, or of its start, to `stopped`."""
        return isinstance(self.state, Draining) and self.state.next == "stop"

    def change(self, state: PluginState, error: PluginartError | None = None) -> None:
        """Change the state; calls that wait are released or refused. `error`: what went wrong."""
        previous = self.state
        if state.name not in TRANSITIONS[previous.name]:
            raise PluginartError(ErrorCode.INTERNAL, f"no way leads from {previous.name} to {state.name}")
        if isinstance(previous, Ready):
            previous.health.stop()
        if isinstance(previous, Backoff):
            previous.timer.cancel()
        if error is not None:
            self._last_error = error
        self.state = state
        self.session = state.run.session if isinstance(state, Ready) else None
        if self.session is not None:
            self._waiting.release(self.session)
        elif (refusal := self._refusal()) is not None:
            self._waiting.fail(refusal)
        if previous.name != state.name:
            self._events.on_state(previous.name, state.name, error)

    def abandon(self, why: str) -> None:
        """Know nothing of the plugin any more. Not a change: it goes on elsewhere, and nobody is to be told."""
        self.session = None
        self.state = Stopped(why)

    async def wait_for_session(self, timeout: float | None, left: HostSession | None = None) -> HostSession:
        """Wait until the plugin is ready, at most so many seconds; None = as long as it takes.

        `left` takes no more calls, though the plugin may still count as ready by it.
        Raises PluginartError UNAVAILABLE where it will not get ready, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED.
        """
        if self.session is not None and self.session is not left:
            return self.session
        refusal = self._refusal()
        if refusal is not None:
            raise refusal
        return await self._waiting.wait(timeout)

    def describe(self) -> str:
        """Continue a sentence that names the plugin."""
        return describe_state(self.state, self._last_error, self._budget.failures)

    def status(self, *, restarts: int) -> PluginStatus:
        """How it is."""
        return status_of(
            self._spec.name,
            self.state,
            waiting_calls=self._waiting.count,
            restarts=restarts,
            failures=self._budget.failures,
            error=self._last_error,
        )

    def _refusal(self) -> PluginartError | None:
        """What calls get at once; None where they go through or wait."""
        match self.state:
            case Failed(error=error):
                return unavailable(self._spec.name, self.describe(), error)
            case Stopped() | Draining(next="stop"):
                return unavailable(self._spec.name, self.describe())
        return None
