"""What a caller is told, in the same sentences whichever version carries the call."""

from weakref import WeakSet

from ..errors import ErrorCode, HandshakeError, PluginartError, TransportError
from .method import Method


def deadline_exceeded(plugin: str, what: str, idempotent: bool, was_sent: bool) -> PluginartError:
    """`what` names the call; `was_sent` is False where the plugin certainly never heard of it."""
    return PluginartError(
        ErrorCode.DEADLINE_EXCEEDED,
        f'plugin "{plugin}" did not answer {what} in time (timeout, or call_timeout of the configuration)',
        plugin=plugin,
        retry_safe=idempotent or not was_sent,
    )


def cancelled(plugin: str, idempotent: bool, was_sent: bool) -> PluginartError:
    """The caller gave up; `was_sent` as for `deadline_exceeded`."""
    retry_safe = idempotent or not was_sent
    return PluginartError(ErrorCode.CANCELLED, "the call was cancelled", plugin=plugin, retry_safe=retry_safe)


def exhausted(plugin: str, message: str) -> PluginartError:
    """A limit that another moment may find free: the call did not run and may be tried again."""
    return PluginartError(ErrorCode.RESOURCE_EXHAUSTED, message, plugin=plugin, retry_safe=True)


def request_too_large(plugin: str, size: int, most: int) -> PluginartError:
    """A request over the peer's limit: it did not run, and would not the next time."""
    return PluginartError(
        ErrorCode.RESOURCE_EXHAUSTED,
        f'the call is {size} bytes long, plugin "{plugin}" takes at most {most} (max_message_bytes)',
        plugin=plugin,
    )


def contract_mismatch(plugin: str, method: Method[object, object], proved: str) -> PluginartError:
    """A generated client that was made from another schema."""
    return HandshakeError(
        ErrorCode.CONTRACT_MISMATCH,
        f'the {method.service} client was generated from {method.contract_hash}, plugin "{plugin}" was proved to be '
        f"{proved}: generate both from the same schema",
        plugin=plugin,
    )


def undecodable_answer(plugin: str, method: Method[object, object], cause: Exception) -> PluginartError:
    """An answer that the codec refused; by itself its error reads as if the request were at fault."""
    error = PluginartError(
        ErrorCode.INVALID_PAYLOAD,
        f'plugin "{plugin}" answered {method.service}.{method.name} with bytes that do not decode: {cause}',
        plugin=plugin,
    )
    error.__cause__ = cause
    return error


def lost_call(reason: PluginartError, idempotent: bool, was_sent: bool) -> PluginartError:
    """What one call is told of the loss that all of them share, and what that means for it.

    `was_sent` as for `deadline_exceeded`.
    """
    if not was_sent:
        fate = "the call was not sent"
    elif idempotent:
        fate = "the call may have run; its method is idempotent"
    else:
        fate = "the call may have run"
    error = TransportError(
        reason.code,
        f"{reason.message} ({fate})",
        origin=reason.origin,
        retry_safe=idempotent or not was_sent,
        plugin=reason.plugin,
        evidence=reason.evidence,
    )
    error.__cause__ = reason.__cause__
    if not was_sent:
        _unsent.add(error)
    return error


def was_never_sent(error: PluginartError) -> bool:
    """Whether a call failed because its connection ended before a byte of it was written."""
    return error in _unsent


# An idempotent method's errors are safe to retry otherwise too.
_unsent: "WeakSet[PluginartError]" = WeakSet()
