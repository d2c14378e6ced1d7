"""The closed list of codes, from protocol/pluginart.fbs."""

from enum import IntEnum


class ErrorCode(IntEnum):
    """What went wrong. 1 to 0xEFFF belong to the application; ours start at 0xF001."""

    NONE = 0
    """No code: never sent."""
    APPLICATION = 1
    """A handler failed without a code of its own, and every failure told to a version 1 host."""
    CANCELLED = 61441
    """The caller gave up."""
    DEADLINE_EXCEEDED = 61442
    """The time for the call ran out."""
    UNAVAILABLE = 61443
    """The plugin is not there: not started, crashed, or the connection broke."""
    RESOURCE_EXHAUSTED = 61444
    """A limit was reached: message size, calls open at once, queue length."""
    UNIMPLEMENTED = 61445
    """The peer has no such method, or cannot do this."""
    INVALID_PAYLOAD = 61446
    """Bytes that are no valid value of the schema."""
    INTERNAL = 61447
    """A fault of pluginart itself."""
    UNAUTHENTICATED = 61448
    """The peer did not prove that it knows the token."""
    CONTRACT_MISMATCH = 61449
    """The two sides were built from different schemas."""
    PROTOCOL_VIOLATION = 61450
    """The peer broke a rule of the protocol."""
    CONFIG_INVALID = 61451
    """The configuration is wrong."""
    STARTUP_FAILED = 61452
    """The plugin did not start."""
