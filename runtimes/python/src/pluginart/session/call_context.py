"""What a handler may know about the call that it answers."""

from typing import Protocol

from .metadata import CallMetadata


class CallContext(Protocol):
    """The call that a handler answers. Its methods may be called from any thread."""

    @property
    def method(self) -> str:
        """The method's name, ``Echo``; empty for handlers of encoded payloads."""
        ...

    @property
    def remaining(self) -> float | None:
        """Seconds left, at least 0; None = no deadline. Pass it on as the timeout of calls made from here."""
        ...

    @property
    def cancelled(self) -> bool:
        """Whether the caller gave up, its deadline passed or the connection ended."""
        ...

    def wait_cancelled(self, timeout: float | None = None) -> bool:
        """Block until `cancelled`, at most `timeout` seconds; for threads: async handlers are cancelled as tasks."""
        ...

    def raise_if_cancelled(self) -> None:
        """Once `cancelled`, raise what the caller is then told: CANCELLED or DEADLINE_EXCEEDED. For work in threads."""
        ...

    @property
    def metadata(self) -> CallMetadata:
        """What travelled with the call."""
        ...

    @property
    def trace_id(self) -> str | None:
        """From the ``CallRequest``, where the schema has it."""
        ...

    @property
    def span_id(self) -> str | None:
        """From the ``CallRequest``, where the schema has it."""
        ...
