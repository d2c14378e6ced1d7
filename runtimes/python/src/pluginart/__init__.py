"""Run plugins as processes, containers or remote services, and call them with plain typed objects.

A host has a `PluginManager`, or an `AsyncPluginManager`, and generated clients that call through it. A plugin is
`serve` with a generated service or a handler. `connect` reaches one running plugin. Tests of handlers need no process:
see `pluginart.testing`. Names are loaded when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AsyncClient, Client
    from .client.connect import connect, connect_async
    from .errors import (
        ConfigError,
        ErrorCode,
        ErrorOrigin,
        Evidence,
        HandshakeError,
        PluginartError,
        PluginError,
        StartupError,
        TransportError,
    )
    from .host import (
        AsyncPluginManager,
        BinaryLaunch,
        DockerLaunch,
        LaunchSpec,
        PluginEvent,
        PluginManager,
        PluginSpec,
        PluginStatus,
        RemoteLaunch,
        Resources,
        RestartEvent,
        StateEvent,
        StateName,
        StuckEvent,
        UnresponsiveEvent,
    )
    from .plugin.serve import serve, serve_async
    from .session import (
        DEFAULT,
        AsyncCaller,
        CallContext,
        Caller,
        CallMetadata,
        Method,
        PeerDescription,
        Service,
        ServiceMethod,
        Timeout,
    )

__all__ = [
    "DEFAULT",
    "AsyncCaller",
    "AsyncClient",
    "AsyncPluginManager",
    "BinaryLaunch",
    "CallContext",
    "CallMetadata",
    "Caller",
    "Client",
    "ConfigError",
    "DockerLaunch",
    "ErrorCode",
    "ErrorOrigin",
    "Evidence",
    "HandshakeError",
    "LaunchSpec",
    "Method",
    "PeerDescription",
    "PluginError",
    "PluginEvent",
    "PluginManager",
    "PluginSpec",
    "PluginStatus",
    "PluginartError",
    "RemoteLaunch",
    "Resources",
    "RestartEvent",
    "Service",
    "ServiceMethod",
    "StartupError",
    "StateEvent",
    "StateName",
    "StuckEvent",
    "Timeout",
    "TransportError",
    "UnresponsiveEvent",
    "connect",
    "connect_async",
    "serve",
    "serve_async",
]

_ROOMS = ("errors", "session", "plugin", "client", "host")
"""Where the names are, those that take the least to load first."""


def __getattr__(name: str) -> object:
    if name in __all__:
        for room in _ROOMS:
            module = import_module(f".{room}", __name__)
            if name in module.__all__:
                value = globals()[name] = getattr(module, name)
                return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
