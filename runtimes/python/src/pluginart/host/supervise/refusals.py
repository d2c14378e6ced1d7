"""What calls get that do not go through."""

from ...errors import ErrorCode, PluginartError, TransportError


def unavailable(plugin: str, what: str, cause: PluginartError | None = None) -> TransportError:
    """Refuse a call that was not sent; `what` continues a sentence that names the plugin."""
    error = TransportError(
        ErrorCode.UNAVAILABLE,
        f'plugin "{plugin}" {what}',
        plugin=plugin,
        retry_safe=True,
        evidence=None if cause is None else cause.evidence,
    )
    error.__cause__ = cause
    return error


def as_pluginart_error(cause: Exception) -> PluginartError:
    """Make a fault of pluginart itself one of its errors."""
    if isinstance(cause, PluginartError):
        return cause
    error = PluginartError(ErrorCode.INTERNAL, f"pluginart failed: {type(cause).__name__}: {cause}")
    error.__cause__ = cause
    return error
