"""A host's end of a version 2 connection."""

from collections.abc import Callable

from ...control import AcceptT
from ...errors import ErrorCode, PluginartError, TransportError
from ..caller import DEFAULT, Timeout
from ..calling_session import CallingSession
from ..description import describe_peer
from ..frame_channel import FrameChannel
from ..future_waker import FutureWaker
from ..host_session import HostSessionOptions, PeerDescription
from ..pending_call import PendingCall
from .connection import Connection
from .connection_events import ConnectionEvents
from .outbox import Outbox
from .outgoing_calls import OutgoingCalls, OutgoingOptions


class HostSessionV2(CallingSession, ConnectionEvents):
    """As `HostSession`."""

    protocol = 2

    def __init__(self, channel: FrameChannel, accept: AcceptT, options: HostSessionOptions) -> None:
        """Take over the channel, in version 2 from the next byte on."""
        waker = FutureWaker(channel.link)
        super().__init__(channel, options, waker)
        self.peer_runtime: str | None = accept.runtime
        self._outbox = Outbox(channel.link)
        self._calls = OutgoingCalls(
            channel.link,
            self._outbox,
            waker,
            OutgoingOptions(
                plugin=options.plugin_name,
                max_message_bytes=accept.max_message_bytes,
                max_concurrent_calls=accept.max_concurrent_calls,
                on_stuck=self._on_stuck,
            ),
        )
        self._connection = Connection(
            channel, options.max_message_bytes, self._outbox, waker, self, outgoing=self._calls
        )
        channel.hand_over(self._connection, "v2")

    @property
    def open_calls(self) -> int:
        """Calls the plugin owes an answer to, those given up on included."""
        return len(self._calls.open)

    async def ping(self) -> float:
        """As `HostSession`."""
        return await self._connection.ping()

    async def describe(self, *, timeout: Timeout = DEFAULT) -> PeerDescription:
        """As `HostSession`."""
        answer = await self._ask(self._pending("describe", b"", timeout, None))
        return describe_peer(answer)  # type: ignore[arg-type]

    async def drain(self) -> None:
        """As `HostSession`."""
        reason = TransportError(ErrorCode.UNAVAILABLE, "the host is shutting down")
        with self._lock:
            self._calls.refuse(reason)
            self._connection.goaway(reason)
            idle = self._calls.when_idle()
        await idle

    def close(self, reason: PluginartError) -> None:
        """As `HostSession`."""
        self._connection.close(reason)

    def on_goaway(self, reason: PluginartError) -> None:
        """Take no new calls, and end the connection when those that are open are over (V2-G5)."""
        refusal = TransportError(ErrorCode.UNAVAILABLE, reason.message, origin="remote")
        self._calls.refuse(refusal)
        hook = self._options.on_goaway
        if hook is not None:
            self._link.soon(lambda: hook(reason))
        # Waiting is for the loop, and whoever reads may be another thread.
        self._link.soon(lambda: self._close_when_idle(refusal))

    def on_lost(self, loss: PluginartError) -> None:
        """As `ConnectionEvents`."""
        self._explain(loss, self._calls.lose(loss))

    def _close_when_idle(self, refusal: PluginartError) -> None:
        with self._lock:
            self._calls.when_idle().add_done_callback(lambda _: self.close(refusal))

    def _on_stuck(self, open_calls: int) -> None:
        hook = self._options.on_stuck
        if hook is not None:
            self._link.soon(lambda: hook(open_calls))

    def _start(self, call: PendingCall) -> None:
        self._calls.start(call)

    def _give_up(self, call: PendingCall, error_of: Callable[[bool], PluginartError]) -> None:
        self._calls.give_up(call, error_of)

    def _pump(self) -> None:
        self._outbox.pump()

    def _send(self, call: PendingCall) -> bool:
        calls = self._calls
        calls.start(call)
        leads = len(calls.open) == 1 and not call.settled and self._link.take_lead()
        self._outbox.pump()
        return leads
