"""What a handler learns of its call."""

from ..session import CallHead, CallMetadata, IncomingCall


class HandlerContext:
    """As `CallContext`."""

    __slots__ = ("_call", "_head", "method")

    def __init__(self, call: IncomingCall, method: str, head: CallHead | None) -> None:
        self._call = call
        self._head = head
        self.method = method

    @property
    def remaining(self) -> float | None:
        """As `CallContext`."""
        return self._call.life.remaining

    @property
    def cancelled(self) -> bool:
        """As `CallContext`."""
        return self._call.life.cancelled

    def wait_cancelled(self, timeout: float | None = None) -> bool:
        """As `CallContext`."""
        return self._call.life.wait_cancelled(timeout)

    def raise_if_cancelled(self) -> None:
        """As `CallContext`."""
        life = self._call.life
        if life.cancelled and life.reason is not None:
            raise life.reason

    @property
    def metadata(self) -> CallMetadata:
        """As `CallContext`."""
        return self._call.metadata

    @property
    def trace_id(self) -> str | None:
        """As `CallContext`."""
        return None if self._head is None else self._head.trace_id

    @property
    def span_id(self) -> str | None:
        """As `CallContext`."""
        return None if self._head is None else self._head.span_id
