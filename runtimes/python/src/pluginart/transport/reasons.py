"""Errors of the operating system, in words."""

import errno
import socket

from ..errors import ErrorCode, TransportError

_REASONS = {
    errno.ECONNREFUSED: "nobody listens there (ECONNREFUSED)",
    errno.ENOENT: "there is no such socket (ENOENT)",
    errno.EACCES: "permission denied (EACCES)",
    errno.EADDRINUSE: "it is in use (EADDRINUSE)",
}


def unreachable(description: str, why: OSError | str) -> TransportError:
    """Nobody answers at an address."""
    error = TransportError(ErrorCode.UNAVAILABLE, f"cannot connect to {description}: {_reason(why)}", retry_safe=True)
    error.__cause__ = why if isinstance(why, OSError) else None
    return error


def unlistenable(description: str, why: OSError) -> TransportError:
    """An address cannot be bound."""
    error = TransportError(ErrorCode.UNAVAILABLE, f"cannot listen on {description}: {_reason(why)}")
    error.__cause__ = why
    return error


def _reason(why: OSError | str) -> str:
    if isinstance(why, str):
        return why
    if isinstance(why, socket.gaierror):
        return "the host name is not known (ENOTFOUND)"
    known = _REASONS.get(why.errno or 0)
    if known is not None:
        return known
    name = errno.errorcode.get(why.errno or 0)
    text = why.strerror or str(why)
    return text if name is None else f"{text} ({name})"
