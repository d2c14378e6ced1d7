"""How a broken rule is told."""

from ..errors import ErrorCode, TransportError


def violation(what: str) -> TransportError:
    """The peer did what PROTOCOL.md forbids; the connection is to be closed."""
    return TransportError(ErrorCode.PROTOCOL_VIOLATION, f"the peer broke the protocol: {what}")
