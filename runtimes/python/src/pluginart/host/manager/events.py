"""What a manager tells of its plugins."""

from dataclasses import dataclass

from ...errors import PluginartError
from ..supervise.plugin_state import StateName


@dataclass(frozen=True, slots=True)
class StateEvent:
    """A plugin changed its state."""

    plugin: str
    before: StateName
    after: StateName
    error: PluginartError | None
    """Why, where something went wrong."""


@dataclass(frozen=True, slots=True)
class RestartEvent:
    """A plugin failed and will be started again."""

    plugin: str
    attempt: int
    """Counts from 1 since the plugin was last stable."""
    delay: float
    """Seconds until it is started again."""
    error: PluginartError


@dataclass(frozen=True, slots=True)
class UnresponsiveEvent:
    """A plugin with calls open is silent; after `unresponsive_timeout` it is restarted."""

    plugin: str
    silence: float
    """Seconds without any sign of life."""
    open_calls: int


@dataclass(frozen=True, slots=True)
class StuckEvent:
    """Every slot of a plugin is taken by calls that were given up on and whose handlers do not return."""

    plugin: str
    open_calls: int


PluginEvent = StateEvent | RestartEvent | UnresponsiveEvent | StuckEvent
