"""Failures as they travel: the bodies of ERROR, GOAWAY and of version 1's PluginError."""

from typing import Literal

from ..control import ErrorOrigin, PluginErrorT, decode_plugin_error, encode_plugin_error
from ..errors import ErrorCode, PluginartError, PluginError

FailureOrigin = Literal["handler", "runtime"]
"""Who failed: what a handler raised, or what this runtime found."""

_LAST_APPLICATION_CODE = 0xEFFF
_OWN_CODES = frozenset(ErrorCode)
# What a message is cut to where it would not fit otherwise; characters, of at most 4 bytes each.
_SHORT_MESSAGE_CHARACTERS = 200


def failure_body(error: BaseException, origin: FailureOrigin, max_bytes: int = 65_536) -> bytes:
    """The body of an ERROR or GOAWAY frame; above `max_bytes` the message is cut and the details are dropped."""
    failure = _handler_failure(error) if origin == "handler" else _runtime_failure(error)
    body = encode_plugin_error(failure)
    if len(body) > max_bytes:
        failure.message = f"{failure.message[:_SHORT_MESSAGE_CHARACTERS]}... (cut: too long to send)"
        failure.details = None
        body = encode_plugin_error(failure)
    return bytes(body)


def v1_failure_body(error: BaseException, origin: FailureOrigin) -> bytes:
    """The body of a version 1 PluginError: every failure of the framework is code 1 there."""
    if origin == "runtime":
        failure = PluginErrorT(code=ErrorCode.APPLICATION, message=_message_of(error))
    else:
        told = _handler_failure(error)
        failure = PluginErrorT(code=told.code, message=told.message, retry=told.retry)
    return bytes(encode_plugin_error(failure))


def remote_failure(data: bytes, plugin: str | None = None) -> PluginError:
    """What the peer reported, as the error that the caller catches. Raises PluginartError INVALID_PAYLOAD."""
    told = decode_plugin_error(data)
    code = told.code
    is_known = code <= _LAST_APPLICATION_CODE or code in _OWN_CODES
    return PluginError(
        told.message if is_known else f"{told.message} (code {code})",
        code=(code or ErrorCode.APPLICATION) if is_known else ErrorCode.INTERNAL,
        retry=told.retry,
        details=None if told.details is None else bytes(told.details),
        origin="remote",
        # A handler's word says that it may help; only the runtime knows that the call did not run (V2-E4).
        retry_safe=told.retry and told.origin == ErrorOrigin.RUNTIME,
        plugin=plugin,
    )


def caller_gave_up() -> PluginartError:
    """What a handler is told whose caller sent CANCEL."""
    return PluginartError(ErrorCode.CANCELLED, "the caller gave up")


def _handler_failure(error: BaseException) -> PluginErrorT:
    if not isinstance(error, PluginError):
        return PluginErrorT(code=ErrorCode.APPLICATION, message=_message_of(error), origin=ErrorOrigin.HANDLER)
    is_applications = 0 < error.code <= _LAST_APPLICATION_CODE
    return PluginErrorT(
        code=error.code if is_applications else ErrorCode.APPLICATION,
        message=_sendable(error.message),
        retry=error.retry,
        details=error.details,
        origin=ErrorOrigin.HANDLER,
    )


def _runtime_failure(error: BaseException) -> PluginErrorT:
    if isinstance(error, PluginartError):
        return PluginErrorT(
            code=error.code, message=_message_of(error), retry=error.retry_safe, origin=ErrorOrigin.RUNTIME
        )
    return PluginErrorT(code=ErrorCode.INTERNAL, message=_message_of(error), origin=ErrorOrigin.RUNTIME)


def _message_of(error: BaseException) -> str:
    """A handler may raise anything, and its text may fail itself."""
    try:
        return _sendable(str(error) or type(error).__name__)
    except Exception:
        return "the handler raised an error that has no text"


def _sendable(text: object) -> str:
    # Lone surrogates, as in file names that are no UTF-8, cannot travel.
    return str(text).encode("utf-8", "replace").decode()
