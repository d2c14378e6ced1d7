"""The faces of a host's session: calls from coroutines and from threads, over either version."""

from _thread import get_ident
from abc import ABC, abstractmethod
from asyncio import AbstractEventLoop
from collections.abc import Callable
from itertools import count
from math import ceil, inf
from time import monotonic, time
from typing import Any, TypeVar

from ..codec import CallEnvelope, streaming_not_callable
from ..errors import ErrorCode, PluginartError, TransportError
from .call_errors import (
    cancelled,
    contract_mismatch,
    lost_call,
    undecodable_answer,
)
from .caller import DEFAULT, Timeout
from .frame_channel import FrameChannel
from .future_waker import FutureWaker
from .host_session import HostSessionOptions
from .metadata import CallMetadata, encode_metadata, trace_ids
from .method import Method
from .pending_call import CallKind, PendingCall

Request = TypeVar("Request")
Response = TypeVar("Response")

_RAW_CALL = "a call"


class CallingSession(ABC):
    """What version 1 and version 2 have in common for those who call."""

    def __init__(self, channel: FrameChannel, options: HostSessionOptions, waker: FutureWaker) -> None:
        self.contract_hash = options.contract_hash
        """What the plugin was proved to be built from."""
        self._channel = channel
        self._link = channel.link
        self._lock = channel.lock
        self._options = options
        self._plugin = options.plugin_name
        self._waker = waker
        self._request_ids = count(1)
        self._flush_scheduled = False
        self._was_alone = False

    @property
    @abstractmethod
    def open_calls(self) -> int:
        """Calls the plugin owes an answer to, those given up on included."""

    @property
    def loop(self) -> AbstractEventLoop:
        """The loop that hooks and coroutines run on."""
        return self._link.loop

    @property
    def last_heard(self) -> float:
        """When the last byte came, by `time.monotonic`."""
        return self._channel.last_heard

    async def call(self, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None) -> bytes:
        """Send one encoded ``CallRequest`` and return the encoded ``CallResponse``."""
        return await self._ask(self._pending("call", payload, timeout, metadata))  # type: ignore[return-value]

    def call_blocking(
        self, payload: bytes, *, timeout: Timeout = DEFAULT, metadata: CallMetadata | None = None
    ) -> bytes:
        """As `call`, from any thread but the loop's."""
        return self._ask_blocking(self._pending("call", payload, timeout, metadata))  # type: ignore[return-value]

    async def invoke(
        self,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """Call a method with plain values."""
        answer = await self._ask(self._encoded(method, request, timeout, metadata))
        return self._decode(method, answer)

    def invoke_blocking(
        self,
        method: Method[Request, Response],
        request: Request,
        *,
        timeout: Timeout = DEFAULT,
        metadata: CallMetadata | None = None,
    ) -> Response:
        """As `invoke`, from any thread but the loop's."""
        answer = self._ask_blocking(self._encoded(method, request, timeout, metadata))
        return self._decode(method, answer)

    @abstractmethod
    def close(self, reason: PluginartError) -> None:
        """Fail all that is pending with `reason` and close the connection."""

    @abstractmethod
    def _start(self, call: PendingCall) -> None:
        """Send the call, or let it wait, or settle it at once. With the lock held, as the next three."""

    @abstractmethod
    def _give_up(self, call: PendingCall, error_of: Callable[[bool], PluginartError]) -> None:
        """Settle the call; `error_of` is told whether the plugin may have heard of it."""

    @abstractmethod
    def _pump(self) -> None:
        """Hand what was made to the link."""

    @abstractmethod
    def _send(self, call: PendingCall) -> bool:
        """`_start` and `_pump`. Return whether this thread has taken the lead: its call is the only one under way."""

    def _pending(
        self, kind: CallKind, payload: bytes | bytearray, timeout: Timeout, metadata: CallMetadata | None
    ) -> PendingCall:
        if timeout is DEFAULT:
            timeout = self._options.call_timeout
        # A timeout that is no number has passed already.
        deadline_at = inf if timeout is None else monotonic() + (timeout if timeout > 0 else 0)
        encoded = b"" if metadata is None else self._encode_metadata(metadata)
        return PendingCall(kind, payload, encoded, deadline_at, _RAW_CALL, False)

    def _encode_metadata(self, metadata: CallMetadata) -> bytes:
        return encode_metadata(metadata)

    def _encoded(
        self,
        method: Method[Request, Response],
        request: Request,
        timeout: Timeout,
        metadata: CallMetadata | None,
    ) -> PendingCall:
        if method.contract_hash != self.contract_hash:
            raise contract_mismatch(self._plugin, _any(method), self.contract_hash)
        if method.streaming != "none":
            raise streaming_not_callable(f"{method.service}.{method.name}")
        call = self._pending("call", b"", timeout, metadata)
        call.what = f"{method.service}.{method.name}"
        call.idempotent = method.idempotent
        deadline_unix_ms = 0
        if call.deadline_at != inf:
            deadline_unix_ms = ceil((time() + call.deadline_at - monotonic()) * 1_000)
        trace_id = span_id = None
        if metadata is not None and metadata.traceparent is not None:
            trace_id, span_id = trace_ids(metadata.traceparent)
        envelope = CallEnvelope(next(self._request_ids), deadline_unix_ms, trace_id, span_id)
        call.payload = method.encode_call(request, envelope)
        return call

    def _decode(self, method: Method[Request, Response], answer: Any) -> Response:
        try:
            return method.decode_response(answer)
        except Exception as error:
            raise undecodable_answer(self._plugin, _any(method), error) from error

    async def _ask(self, call: PendingCall) -> bytes | float:
        with self._lock:
            future = call.wait_on_loop(self._waker)
            self._start(call)
            was_alone, self._was_alone = self._was_alone, self.open_calls == 1
            if was_alone and self._was_alone:
                # Nobody else calls, nor did the last time: waiting for more would only take time.
                self._pump()
            elif not self._flush_scheduled:
                # Calls made in one turn of the loop leave in one write.
                self._flush_scheduled = True
                self._link.loop.call_soon(self._flush)
        try:
            await future
        except BaseException:
            with self._lock:
                self._cancel(call)
                self._pump()
            raise
        return call.take_answer()

    def _flush(self) -> None:
        with self._lock:
            self._flush_scheduled = False
            self._pump()

    def _ask_blocking(self, call: PendingCall) -> bytes | float:
        if get_ident() == self._link.loop_thread:
            message = (
                "a blocking call on the thread of the event loop that carries it would never end: await it instead"
            )
            raise RuntimeError(message)
        answered = call.wait_in_thread()
        in_core = True
        try:
            with self._lock:
                leads = self._send(call)
            in_core = False
            if leads:
                self._link.lead(answered.locked)
            if not call.settled:
                answered.acquire()
        except BaseException as error:
            self._link.let_go()
            if in_core and not isinstance(error, Exception):
                # Ctrl-C, at a point where nobody knows what was done already.
                self.close(TransportError(ErrorCode.UNAVAILABLE, "the connection was closed: a call was interrupted"))
            with self._lock:
                self._cancel(call)
                self._pump()
            raise
        return call.result if call.error is None else call.take_answer()

    def _cancel(self, call: PendingCall) -> None:
        self._give_up(call, lambda was_sent: cancelled(self._plugin, call.idempotent, was_sent))

    def _explain(self, loss: PluginartError, fail: Callable[[PluginartError], None]) -> None:
        """Tell those who watch the session, then what is pending, once it is known why. With the lock held."""
        options = self._options

        def fail_locked(reason: PluginartError) -> None:
            with self._lock:
                fail(reason)

        async def explain() -> None:
            reason = loss
            try:
                if options.explain_loss is not None:
                    reason = await options.explain_loss(loss)
            finally:
                fail_locked(reason)

        def tell() -> None:
            if options.on_lost is not None:
                options.on_lost(loss)
            if options.explain_loss is not None:
                self._explaining = self._link.loop.create_task(explain())

        if options.explain_loss is None:
            fail(loss)
        if options.on_lost is not None or options.explain_loss is not None:
            self._link.soon(tell)

    def _refused(self, call: PendingCall) -> PluginartError:
        reason = TransportError(ErrorCode.UNAVAILABLE, "the connection takes no more calls")
        return lost_call(reason, call.idempotent, False)


def _any(method: Method[Any, Any]) -> Method[object, object]:
    return method
