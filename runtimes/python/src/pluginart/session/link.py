"""A connection as a session sees it: ordered bytes both ways, whoever carries them."""

from _thread import RLock
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from typing import Protocol


class LinkSink(Protocol):
    """Takes what comes in. One `on_bytes` at a time, from any thread."""

    def on_bytes(self, data: bytes) -> int:
        """Take bytes in; return how many are still to come of a frame that has begun. Must not block, never raises."""
        ...

    def after_read(self) -> None:
        """Do what is left to do for what has come, with no lock of the link held."""
        ...

    def on_drain(self) -> None:
        """`unsent_bytes` fell to zero after having been above it. Called with the lock held."""
        ...

    def on_close(self, error: OSError | None) -> None:
        """Once, at the end, on the loop, for whatever reason; `error` where it was not orderly."""
        ...


class Link(Protocol):
    """Carries the bytes. Belongs to one event loop; its methods may be called from any thread."""

    lock: RLock
    """Guards the whole connection, its session included. Held briefly, and never while anything waits."""
    loop: AbstractEventLoop
    loop_thread: int
    """By `threading.get_ident`."""
    description: str
    """For messages to people: ``unix:/tmp/x.sock``, ``127.0.0.1:9000``, ``memory``."""
    unsent_bytes: int
    """Bytes written and not yet taken by the operating system."""
    can_lead: bool
    """Whether `lead` ever reads."""

    def write(self, parts: Sequence[bytes | bytearray | memoryview]) -> None:
        """Send; with the lock held. Never blocks and never raises; after `end` it does nothing."""
        ...

    def soon(self, callback: Callable[[], object]) -> None:
        """Run the callback in a later turn of the loop."""
        ...

    def later(self, delay: float, callback: Callable[[], object]) -> Callable[[], None]:
        """Run the callback on the loop in `delay` seconds; returns what prevents it."""
        ...

    def pause(self) -> None:
        """Stop `on_bytes` until `resume`. Only version 1 uses this: its peers may be held back."""
        ...

    def resume(self) -> None:
        """Go on after `pause`."""
        ...

    def is_on_loop(self) -> bool:
        """Whether this is the loop's thread."""
        ...

    def take_lead(self) -> bool:
        """Have this thread read in place of the loop, until `lead` returns or `let_go`. With the lock held.

        To be called before anything is written that is answered, or the answer wakes the loop. False: another reads.
        """
        ...

    def lead(self, goes_on: Callable[[], bool]) -> None:
        """Read in this thread, which has taken the lead, while it `goes_on`; not beyond a moment without bytes."""
        ...

    def let_go(self) -> None:
        """Undo what `take_lead` did in this thread. Another's lead goes on, but wakes the loop until the next one."""
        ...

    def stop_leading(self) -> None:
        """Have the loop read again, though a thread that leads has not come back."""
        ...

    def start(self, sink: LinkSink) -> None:
        """Deliver to the sink from now on. Once, on the loop."""
        ...

    def end(self, linger: float = 1.0) -> None:
        """Send what was written, then close. A peer that does not take it within `linger` seconds is cut off."""
        ...

    def destroy(self) -> None:
        """Close now; unsent bytes are lost."""
        ...

    async def wait_closed(self) -> None:
        """Return when the link is closed and nothing is left of it."""
        ...
