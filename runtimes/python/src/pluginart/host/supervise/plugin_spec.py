"""What the supervision of one plugin goes by."""

from dataclasses import dataclass
from typing import Literal

from ..launch.launch_spec import LaunchSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSpec:
    """One plugin, resolved. Durations are in seconds; the defaults are those of ``pluginart.toml``."""

    name: str
    """What the host calls it by."""
    launch: LaunchSpec
    contract_hash: str
    """``sha256:`` and 64 hex digits: ``CONTRACT_HASH`` of generated code."""
    optional: bool = False
    """The host starts without it."""
    startup_timeout: float = 5.0
    """How long it may take to get ready."""
    shutdown_timeout: float = 10.0
    """How long it may take to stop before it is killed; 0 kills it at once."""
    health_interval: float = 2.0
    """The time between two pings."""
    max_restarts: int = 5
    """Consecutive failures after which it is given up on; 0 = at the first. Remote plugins are never given up on."""
    restart_backoff_max: float = 30.0
    """The longest wait before a restart. Waits begin at 1 s and double."""
    stable_after: float = 10.0
    """Ready for this long, it has its failures forgotten."""
    unresponsive_timeout: float = 30.0
    """Silence with calls open for this long restarts it."""
    call_timeout: float | None = 30.0
    """For calls that name no timeout; None = none."""
    max_message_bytes: int = 4_194_304
    """The largest message the host takes from it."""
    min_protocol: Literal[1, 2] = 1
    """2 refuses a plugin that speaks version 1 only."""
