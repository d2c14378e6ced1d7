"""The limits that Offer and Accept both name."""

from typing import Protocol

from ..wire.limits import LEAST_MAX_MESSAGE_BYTES, MAX_STREAM_WINDOW


class Limits(Protocol):
    """What Offer and Accept both say of what their sender receives."""

    @property
    def max_message_bytes(self) -> int:
        """The largest body."""
        ...

    @property
    def stream_window(self) -> int:
        """Credit that each stream starts with."""
        ...


def out_of_range(limits: Limits) -> str | None:
    """Say what is out of range (V2-N3)."""
    if limits.max_message_bytes < LEAST_MAX_MESSAGE_BYTES:
        return f"messages of at most {limits.max_message_bytes} bytes; {LEAST_MAX_MESSAGE_BYTES} is the least"
    if limits.stream_window > MAX_STREAM_WINDOW:
        return f"a stream window of {limits.stream_window} bytes; {MAX_STREAM_WINDOW} is the most"
    return None
