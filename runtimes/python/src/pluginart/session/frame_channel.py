"""A link with its decoder: frames to whoever receives them now."""

from collections.abc import Callable
from time import monotonic
from typing import Protocol

from ..errors import ErrorCode, PluginartError, TransportError
from ..wire.frame import Frame
from ..wire.frame_decoder import DecoderMode, FrameDecoder
from .link import Link


class FrameReceiver(Protocol):
    """Who takes the frames at present: a handshake, then a session. All but `after_read` run with the lock held."""

    def on_frames(self, frames: list[Frame]) -> None:
        """Take what one read brought. May raise a PluginartError: a violation."""
        ...

    def on_read(self) -> None:
        """All of a read was taken."""
        ...

    def after_read(self) -> None:
        """Do what must not be done with the lock held."""
        ...

    def on_drain(self) -> None:
        """The link has nothing unsent any more."""
        ...

    def on_violation(self, error: TransportError) -> None:
        """The peer broke the protocol. The link is still open."""
        ...

    def on_closed(self, loss: TransportError) -> None:
        """The link is closed; nothing follows."""
        ...


class FrameChannel:
    """Sits between a link and the receiver of its frames."""

    def __init__(self, link: Link, receiver: FrameReceiver) -> None:
        self.link = link
        self.lock = link.lock
        self.last_heard = monotonic()
        """When the last byte came."""
        self._decoder = FrameDecoder()
        self._receiver = receiver
        self.after_read: Callable[[], None] = receiver.after_read
        """As `LinkSink`; what the receiver has for it, so that no call stands in between."""
        self._handed_over = False

    def start(self) -> None:
        """Deliver frames from now on."""
        self.link.start(self)

    @property
    def has_pending(self) -> bool:
        """The peer has sent more than the frames being handled."""
        return self._decoder.has_pending

    def hand_over(self, receiver: FrameReceiver, mode: DecoderMode) -> None:
        """Read frames in `mode` for `receiver` from now on; what was held back follows at once."""
        self._receiver = receiver
        self.after_read = receiver.after_read
        self._decoder.set_mode(mode)
        self._handed_over = True

    def stop(self) -> None:
        """Decode nothing more."""
        self._decoder.close()

    def on_bytes(self, data: bytes) -> int:
        """As `LinkSink`."""
        decoder = self._decoder
        with self.lock:
            self.last_heard = monotonic()
            try:
                frames = decoder.push(data)
                if frames:
                    self._receiver.on_frames(frames)
                    if self._handed_over:
                        self._handed_over = False
                        self._receiver.on_frames(decoder.push(b""))
                if decoder.error is not None:
                    raise decoder.error
            except Exception as error:
                decoder.close()
                self._receiver.on_violation(_as_transport_error(error))
            self._receiver.on_read()
            return decoder.missing_bytes

    def on_drain(self) -> None:
        """As `LinkSink`."""
        self._receiver.on_drain()

    def on_close(self, error: OSError | None) -> None:
        """As `LinkSink`."""
        why = "" if error is None else f": {error.strerror or error}"
        loss = TransportError(ErrorCode.UNAVAILABLE, f"the connection to {self.link.description} was closed{why}")
        loss.__cause__ = error
        with self.lock:
            self._decoder.close()
            self._receiver.on_closed(loss)


def _as_transport_error(error: Exception) -> TransportError:
    if isinstance(error, TransportError):
        return error
    if isinstance(error, PluginartError):
        told = TransportError(ErrorCode.PROTOCOL_VIOLATION, f"the peer broke the protocol: {error.message}")
    else:
        told = TransportError(ErrorCode.INTERNAL, "a fault of pluginart while reading a frame")
    told.__cause__ = error
    return told
