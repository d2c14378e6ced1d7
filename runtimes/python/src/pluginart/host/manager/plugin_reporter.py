"""Tells the world about one plugin."""

import logging
from collections.abc import Callable

from ...errors import PluginartError
from ..launch.launch_spec import RemoteLaunch
from ..supervise.plugin_spec import PluginSpec
from ..supervise.plugin_state import StateName
from .events import PluginEvent, RestartEvent, StateEvent, StuckEvent, UnresponsiveEvent
from .log_record import PluginLog


class PluginReporter:
    """As events of its manager, and as log."""

    def __init__(self, spec: PluginSpec, emit: Callable[[PluginEvent], None]) -> None:
        self._spec = spec
        self._emit = emit
        self._log = PluginLog(spec.name)
        self.on_line = self._log.line

    def on_state(self, before: StateName, after: StateName, error: PluginartError | None) -> None:
        """As `SupervisorEvents`."""
        self._emit(StateEvent(self._spec.name, before, after, error))
        if after == "failed" and error is not None:
            self._log.say(logging.ERROR, f"given up: {_first_line(error)}")

    def on_restart(self, attempt: int, delay: float, error: PluginartError) -> None:
        """As `SupervisorEvents`."""
        self._emit(RestartEvent(self._spec.name, attempt, delay, error))
        of = "" if isinstance(self._spec.launch, RemoteLaunch) else f" of {self._spec.max_restarts}"
        message = f"{_first_line(error)}; starting it again in {delay * 1_000:g} ms ({attempt}{of})"
        self._log.say(logging.WARNING, message)

    def on_unresponsive(self, silence: float, open_calls: int) -> None:
        """As `SupervisorEvents`."""
        self._emit(UnresponsiveEvent(self._spec.name, silence, open_calls))
        limit = self._spec.unresponsive_timeout * 1_000
        self._log.say(
            logging.WARNING,
            f"no sign of life for {silence * 1_000:.0f} ms, calls open: {open_calls}; "
            f"it will be restarted after {limit:g} ms",
        )

    def on_stuck(self, open_calls: int) -> None:
        """As `SupervisorEvents`."""
        self._emit(StuckEvent(self._spec.name, open_calls))
        self._log.say(
            logging.WARNING,
            f"it can take no more calls: {open_calls} were given up on and their handlers do not return",
        )


def _first_line(error: PluginartError) -> str:
    """What follows is the tail of its output, which was logged line by line already."""
    return error.message.split("\n", 1)[0]
