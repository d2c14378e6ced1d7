"""Streaming methods, which the protocol has and nobody can call yet."""

from ..errors import ErrorCode, PluginartError


def streaming_not_callable(method: str) -> PluginartError:
    """Make the error for a method, ``Echo.Watch``. UNIMPLEMENTED."""
    return PluginartError(ErrorCode.UNIMPLEMENTED, f"{method} is a streaming method: streaming is not callable yet")
