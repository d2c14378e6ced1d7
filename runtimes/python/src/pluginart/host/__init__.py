"""The host side of the runtime: many plugins, started, kept alive and called."""

from .launch.launch_spec import BinaryLaunch, DockerLaunch, LaunchSpec, RemoteLaunch, Resources
from .manager.async_plugin_manager import AsyncPluginManager
from .manager.events import PluginEvent, RestartEvent, StateEvent, StuckEvent, UnresponsiveEvent
from .manager.plugin_manager import PluginManager
from .supervise.plugin_spec import PluginSpec
from .supervise.plugin_state import StateName
from .supervise.plugin_status import PluginStatus

__all__ = [
    "AsyncPluginManager",
    "BinaryLaunch",
    "DockerLaunch",
    "LaunchSpec",
    "PluginEvent",
    "PluginManager",
    "PluginSpec",
    "PluginStatus",
    "RemoteLaunch",
    "Resources",
    "RestartEvent",
    "StateEvent",
    "StateName",
    "StuckEvent",
    "UnresponsiveEvent",
]
