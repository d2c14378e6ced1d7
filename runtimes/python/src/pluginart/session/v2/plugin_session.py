"""A plugin's end of a version 2 connection."""

from _thread import get_ident
from asyncio import sleep, wait_for
from contextlib import suppress

from ...control import OfferT
from ...errors import ErrorCode, PluginartError, TransportError
from ..description import describe_self
from ..frame_channel import FrameChannel
from ..future_waker import FutureWaker
from ..incoming_call import CallHandler
from ..plugin_session import PluginSessionOptions
from .connection import Connection
from .connection_events import ConnectionEvents
from .incoming_calls import IncomingCalls, IncomingOptions
from .outbox import Outbox

# How long a plugin that stops waits for handlers whose callers have given up: nobody wants their answers.
_CANCELLED_GRACE_SECONDS = 0.5


class PluginSessionV2(ConnectionEvents):
    """As `PluginSession`."""

    protocol = 2

    def __init__(
        self, channel: FrameChannel, offer: OfferT, handler: CallHandler, options: PluginSessionOptions
    ) -> None:
        """Take over the channel, in version 2 from the next byte on."""
        self.link = channel.link
        self._lock = channel.lock
        self._handler = handler
        self._options = options
        self._held = 0
        self._ended = False
        self._flush_scheduled = False
        self._was_alone = False
        self._outbox = Outbox(channel.link)
        waker = FutureWaker(channel.link)
        self._calls = IncomingCalls(
            channel.link,
            self._outbox,
            waker,
            IncomingOptions(
                max_concurrent_calls=options.max_concurrent_calls,
                peer_max_message_bytes=offer.max_message_bytes,
                on_overflow=self._on_overflow,
                flush=self._flush,
                on_released=lambda: channel.link.soon(self.after_read),
            ),
        )
        self._connection = Connection(
            channel, options.max_message_bytes, self._outbox, waker, self, incoming=self._calls
        )
        channel.hand_over(self._connection, "v2")

    @property
    def open_calls(self) -> int:
        """Calls not answered yet."""
        return len(self._calls.open)

    async def drain(self) -> None:
        """As `PluginSession`."""
        reason = TransportError(ErrorCode.UNAVAILABLE, "the plugin is shutting down", retry_safe=True)
        with self._lock:
            self._connection.goaway(reason)
            self._calls.refuse(reason)
            unwanted = self._calls.when_unwanted()
        await unwanted
        with self._lock:
            idle = self._calls.when_idle()
        with suppress(TimeoutError):
            await wait_for(idle, _CANCELLED_GRACE_SECONDS)
        # Rare and short, and the host decides how long: it is not worth a wait of its own.
        while not (self._outbox.is_empty or self._ended):  # noqa: ASYNC110
            await sleep(0.01)

    def close(self, reason: PluginartError) -> None:
        """As `PluginSession`."""
        self._connection.close(reason)

    def hold(self) -> None:
        """Keep answers back until `release`."""
        with self._lock:
            self._held += 1

    def release(self) -> None:
        """Send what was kept back."""
        with self._lock:
            self._held -= 1
            if not self._held:
                self._outbox.pump()

    def on_lost(self, loss: PluginartError) -> None:
        """As `ConnectionEvents`."""
        self._ended = True
        self.link.soon(lambda: self._options.on_lost(loss))

    def on_goaway(self, reason: PluginartError) -> None:
        """It concerns calls that this side would open, and there are none yet."""

    def describe_self(self) -> bytes:
        """As `ConnectionEvents`."""
        return describe_self(self._handler.contract_hash, self._handler.schema)

    def after_read(self) -> None:
        """Give what came to the handler."""
        with self._lock:
            arrived = self._calls.take_arrived()
        if arrived:
            self._handler.on_calls(arrived, self)

    def _flush(self) -> None:
        if self._held:
            return
        if get_ident() != self.link.loop_thread:
            self._outbox.pump()
            return
        was_alone, self._was_alone = self._was_alone, not self._calls.open
        if was_alone and self._was_alone:
            # Nothing else was asked, nor the last time: waiting for more would only take time.
            self._outbox.pump()
        elif not self._flush_scheduled:
            # Answers given in one turn of the loop leave in one write.
            self._flush_scheduled = True
            self.link.loop.call_soon(self._flush_turn)

    def _flush_turn(self) -> None:
        with self._lock:
            self._flush_scheduled = False
            self._outbox.pump()

    def _on_overflow(self, error: PluginartError) -> None:
        self._connection.cut_off(error)
