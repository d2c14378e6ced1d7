"""Serves handlers to hosts."""

from .plugin_server import PluginServer, PluginServerOptions
from .serve import serve, serve_async
from .served import AsyncRawHandler, RawHandler, ServedBy

__all__ = [
    "AsyncRawHandler",
    "PluginServer",
    "PluginServerOptions",
    "RawHandler",
    "ServedBy",
    "serve",
    "serve_async",
]
