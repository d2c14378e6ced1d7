"""One base class, one closed list of codes."""

from .error_code import ErrorCode
from .pluginart_error import (
    ConfigError,
    ErrorOrigin,
    Evidence,
    HandshakeError,
    PluginartError,
    PluginError,
    StartupError,
    TransportError,
    code_name,
)

__all__ = [
    "ConfigError",
    "ErrorCode",
    "ErrorOrigin",
    "Evidence",
    "HandshakeError",
    "PluginError",
    "PluginartError",
    "StartupError",
    "TransportError",
    "code_name",
]
