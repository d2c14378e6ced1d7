"""How a plugin is."""

from dataclasses import dataclass

from ...errors import PluginartError
from ..launch.address import describe_address
from .plugin_state import PluginState, Ready, StateName


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginStatus:
    """How one plugin is at a moment."""

    name: str
    state: StateName
    pid: int | None
    """Of a container, that of the docker client attached to it. None for remote plugins and where no process runs."""
    address: str | None
    """``unix:/tmp/pluginart-x/echo-1.sock``, ``127.0.0.1:9000``; None unless ready."""
    protocol: int | None
    """The protocol version spoken; None unless ready."""
    runtime: str | None
    """What the plugin calls its runtime; None unless ready, and in version 1."""
    open_calls: int
    """Calls that the plugin owes an answer to."""
    waiting_calls: int
    """Calls that wait for it to get ready."""
    restarts: int
    """Starts after the first one, in all."""
    failures: int
    """Failures in a row since it was last stable."""
    error: PluginartError | None
    """What went wrong last."""


def status_of(
    name: str,
    state: PluginState,
    *,
    waiting_calls: int,
    restarts: int,
    failures: int,
    error: PluginartError | None,
) -> PluginStatus:
    """How a plugin in this state is."""
    run = state.run if isinstance(state, Ready) else None
    process = None if run is None else run.instance.process
    return PluginStatus(
        name=name,
        state=state.name,
        pid=None if process is None else process.pid,
        address=None if run is None else describe_address(run.instance.address),
        protocol=None if run is None else run.session.protocol,
        runtime=None if run is None else run.session.peer_runtime,
        open_calls=0 if run is None else run.session.open_calls,
        waiting_calls=waiting_calls,
        restarts=restarts,
        failures=failures,
        error=error,
    )
