"""What a supervisor has to tell."""

from typing import Protocol

from ...errors import PluginartError
from ..launch.instance import OutputStream
from .plugin_state import StateName


class SupervisorEvents(Protocol):
    """Called on the loop; must not raise."""

    def on_state(self, before: StateName, after: StateName, error: PluginartError | None) -> None:
        """It changed its state; `error` says why, where something went wrong."""
        ...

    def on_restart(self, attempt: int, delay: float, error: PluginartError) -> None:
        """It will be started again after so many seconds. `attempt` counts from 1 since it was last stable."""
        ...

    def on_line(self, stream: OutputStream, text: str, whole: bool) -> None:
        """It printed a line, or a piece of one."""
        ...

    def on_unresponsive(self, silence: float, open_calls: int) -> None:
        """It is silent with calls open, for so many seconds."""
        ...

    def on_stuck(self, open_calls: int) -> None:
        """Every slot is taken by calls that were given up on."""
        ...
