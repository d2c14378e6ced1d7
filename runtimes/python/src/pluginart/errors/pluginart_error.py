"""The one family of errors that pluginart raises."""

from dataclasses import dataclass, field
from typing import Literal

from .error_code import ErrorCode

ErrorOrigin = Literal["local", "remote", "process"]
"""Where an error arose: in this process; told by the peer; the plugin's process ended or never got ready."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a dead or ailing plugin left behind."""

    exit_code: int | None = None
    """None where the process was ended by a signal, or lives."""
    signal: str | None = None
    """The name of the signal that ended it, ``SIGKILL``."""
    stderr: tuple[str, ...] = field(default=())
    """The last lines, at most 20."""
    stdout: tuple[str, ...] = field(default=())
    """The last lines, at most 20."""


def code_name(code: int) -> str:
    """Name a code, ``DEADLINE_EXCEEDED``; an application's own code is ``APPLICATION(42)``."""
    try:
        return ErrorCode(code).name
    except ValueError:
        return f"APPLICATION({code})"


class PluginartError(Exception):
    """The base of every error that pluginart raises; its text is a sentence for people."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        origin: ErrorOrigin = "local",
        retry_safe: bool = False,
        plugin: str | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        """One of `ErrorCode`, or an application's own code, 1 to 0xEFFF."""
        self.message = message
        self.origin: ErrorOrigin = origin
        self.retry_safe = retry_safe
        """True only where the call certainly did not run, or may run twice."""
        self.plugin = plugin
        """The plugin's name in ``pluginart.toml``; None where none is concerned."""
        self.evidence = evidence

    @property
    def code_name(self) -> str:
        """The code's name, ``UNAVAILABLE``."""
        return code_name(self.code)

    def __str__(self) -> str:
        return self.message


class ConfigError(PluginartError):
    """``pluginart.toml``, or options given in its place, are wrong. Code CONFIG_INVALID."""

    def __init__(self, message: str, *, plugin: str | None = None) -> None:
        super().__init__(ErrorCode.CONFIG_INVALID, message, plugin=plugin)


class HandshakeError(PluginartError):
    """The peers did not agree to talk. Codes CONTRACT_MISMATCH, UNAUTHENTICATED, PROTOCOL_VIOLATION."""


class TransportError(PluginartError):
    """The connection is gone or unusable. Codes UNAVAILABLE, PROTOCOL_VIOLATION, RESOURCE_EXHAUSTED."""


class StartupError(PluginartError):
    """The plugin did not start, with the reason as a person needs it. Code STARTUP_FAILED."""

    def __init__(
        self,
        message: str,
        *,
        origin: ErrorOrigin = "process",
        plugin: str | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        super().__init__(ErrorCode.STARTUP_FAILED, message, origin=origin, plugin=plugin, evidence=evidence)


class PluginError(PluginartError):
    """A failure that the plugin reports.

    A handler raises it to choose the code; the caller catches it with the origin ``remote``.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int = ErrorCode.APPLICATION,
        retry: bool = False,
        details: bytes | None = None,
        origin: ErrorOrigin = "local",
        retry_safe: bool = False,
        plugin: str | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        super().__init__(code, message, origin=origin, retry_safe=retry_safe, plugin=plugin, evidence=evidence)
        self.retry = retry
        """The handler's word that trying again may help."""
        self.details = details
        """Bytes for the caller, of any shape the two sides agreed on. Version 2 only."""
