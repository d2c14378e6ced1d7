"""A call that the peer made and waits for."""

from typing import Protocol

from .call_life import CallLife
from .failure import FailureOrigin
from .link import Link
from .metadata import CallMetadata


class IncomingCall(Protocol):
    """A call to be answered.

    Exactly one of `respond` and `fail` answers it, from any thread."""

    @property
    def life(self) -> CallLife:
        """How long the answer is wanted."""
        ...

    @property
    def metadata(self) -> CallMetadata:
        """What travelled with it."""
        ...

    def respond(self, payload: bytes | bytearray) -> None:
        """Answer with one encoded ``CallResponse``."""
        ...

    def fail(self, error: BaseException, origin: FailureOrigin) -> None:
        """Answer with a failure."""
        ...


ArrivedCall = tuple[IncomingCall, bytes]
"""With one encoded ``CallRequest``."""


class CallSource(Protocol):
    """Where calls come from: a session, as it concerns those who run handlers."""

    @property
    def link(self) -> Link:
        """Carries the calls."""
        ...

    def hold(self) -> None:
        """Keep answers back until `release`, so that they leave in one write."""
        ...

    def release(self) -> None:
        """Send what was kept back."""
        ...


class CallHandler(Protocol):
    """Takes the calls that come in on connections."""

    @property
    def contract_hash(self) -> str:
        """What the plugin was built from."""
        ...

    @property
    def schema(self) -> str | None:
        """The schema's text, where it is known."""
        ...

    def on_calls(self, calls: list[ArrivedCall], source: CallSource) -> None:
        """Take what one read brought, with no lock held, in the thread that reads. Never raises, never blocks long."""
        ...
