"""A connected socket, Unix or TCP, as a link."""

import errno
import socket
import struct
from _thread import RLock, get_ident
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum

from ..session import LinkSink
from .interest import watch
from .send_queue import NOW, Part, SendQueue, send_parts

# How many bytes are read at a time; the more while a long frame is coming, of which nothing can be done with a part.
_SHORT = 65_536
_LONG = 1_048_576
# How long a thread reads for itself before it leaves that to the loop: the answer is not coming soon.
_LEAD_SECONDS = 0.02
_RECEIVE_TIMEOUT = struct.pack("@ll", 0, int(_LEAD_SECONDS * 1_000_000))


class _State(Enum):
    OPEN = "open"
    ENDING = "ending"
    """What was written leaves; what comes is thrown away."""
    CLOSED = "closed"


# On the way of every call, where looking up a member would be felt.
_OPEN = _State.OPEN


class SocketLink:
    """As `Link`. Reads on its loop, or in a thread that leads; writes in whatever thread calls."""

    def __init__(self, connected: socket.socket, loop: AbstractEventLoop, description: str) -> None:
        """Take over a connected socket. On the loop, or before it runs."""
        self.lock: RLock = RLock()
        self.loop = loop
        self.loop_thread = 0
        self.description = description
        self.unsent_bytes = 0
        self.can_lead = False
        self._socket = connected
        # Who must not wait says so with each call; who leads waits, but not for long.
        connected.setblocking(True)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _RECEIVE_TIMEOUT)
        self._queue = SendQueue()
        self._sink: LinkSink | None = None
        self._read_bytes = _SHORT
        # Knows its owner, so that an interrupt cannot leave it taken.
        self._reading: RLock = RLock()
        self._led = False
        self._paused = False
        self._state = _State.OPEN
        self._error: OSError | None = None
        self._closed: Future[None] | None = None
        self._prevent_cut_off: Callable[[], None] | None = None

    def start(self, sink: LinkSink) -> None:
        """As `Link`."""
        self.loop_thread = get_ident()
        self._sink = sink
        self._closed = self.loop.create_future()
        self._interest = watch(self.loop, self._socket.fileno(), self._on_ready)
        self._interest.set(True, False)
        self.can_lead = self._interest.can_change_cheaply

    def soon(self, callback: Callable[[], object]) -> None:
        """As `Link`."""
        if get_ident() == self.loop_thread:
            self.loop.call_soon(callback)
        elif not self.loop.is_closed():
            self.loop.call_soon_threadsafe(callback)

    def later(self, delay: float, callback: Callable[[], object]) -> Callable[[], None]:
        """As `Link`."""
        return self.loop.call_later(delay, callback).cancel

    def is_on_loop(self) -> bool:
        """As `Link`."""
        return get_ident() == self.loop_thread

    def write(self, parts: Sequence[Part]) -> None:
        """As `Link`."""
        if self._state is not _OPEN:
            return
        if self.unsent_bytes:
            self._keep(parts, 0)
            return
        try:
            if len(parts) == 1:
                data = parts[0]
                sent = self._socket.send(data, NOW)
                if sent == len(data):
                    return
            else:
                sent = send_parts(self._socket, parts)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._fail(error)
            return
        self._keep(parts, sent)
        if self.unsent_bytes:
            self._set_interest()

    def pause(self) -> None:
        """As `Link`."""
        if not self._paused:
            self._paused = True
            self._set_interest()

    def resume(self) -> None:
        """As `Link`."""
        if self._paused:
            self._paused = False
            self._set_interest()

    def take_lead(self) -> bool:
        """As `Link`."""
        if not self.can_lead or self._state is not _OPEN or not self._reading.acquire(False):
            return False
        self._led = True
        self._interest.set(False, bool(self.unsent_bytes))
        return True

    def lead(self, goes_on: Callable[[], bool]) -> None:
        """As `Link`."""
        reading = self._reading
        # Filled by C code alone, and emptied when it was dealt with: an interrupt may come anywhere in between.
        read: list[bytes] = []
        sink = self._started_sink()
        receive = self._socket.recv
        try:
            while self._state is _OPEN and not self._paused:
                read.extend(map(receive, (self._read_bytes,)))
                data = read[0]
                if not data:
                    read.clear()
                    self._end_reading(None)
                    break
                self._read_bytes = _SHORT if sink.on_bytes(data) <= _SHORT else _LONG
                read.clear()
                reading.release()
                sink.after_read()
                if not goes_on() or not reading.acquire(False):
                    break
        except BlockingIOError:
            pass
        except OSError as error:
            self._end_reading(error)
        except BaseException:
            if read:
                # Ctrl-C in the midst of a frame: nobody knows any more how to go on.
                self._end_reading(InterruptedError(errno.EINTR, "reading was interrupted"))
            raise
        finally:
            self.let_go()

    def let_go(self) -> None:
        """As `Link`."""
        while self._reading._is_owned():  # type: ignore[attr-defined]
            self._reading.release()
        if self._led:
            self.stop_leading()

    def stop_leading(self) -> None:
        """As `Link`."""
        with self.lock:
            self._led = False
            self._set_interest()

    def end(self, linger: float = 1.0) -> None:
        """As `Link`."""
        with self.lock:
            if self._state is not _State.OPEN:
                return
            self._set_state(_State.ENDING)
            if not self.unsent_bytes:
                self._say_end()
            self._set_interest()
        self.soon(lambda: self._cut_off_after(linger))

    def destroy(self) -> None:
        """As `Link`."""
        with self.lock:
            self._fail(None)

    async def wait_closed(self) -> None:
        """As `Link`."""
        if self._closed is not None and not self._closed.done():
            await self._closed

    def _on_ready(self) -> None:
        if self.unsent_bytes:
            with self.lock:
                self._send_unsent()
        if self._state is _State.CLOSED:
            return
        if (self._paused and self._state is _State.OPEN) or not self._reading.acquire(False):
            self._interest.acknowledge()
            return
        sink = self._started_sink()
        try:
            data = self._socket.recv(self._read_bytes, NOW)
            if data and self._state is _State.OPEN:
                self._read_bytes = _SHORT if sink.on_bytes(data) <= _SHORT else _LONG
        except BlockingIOError:
            return
        except OSError as error:
            self._end_reading(error)
            return
        finally:
            self._reading.release()
        if not data:
            self._end_reading(None)
        elif self._state is _State.OPEN:
            sink.after_read()

    def _started_sink(self) -> LinkSink:
        if self._sink is None:
            raise RuntimeError("the link was not started")
        return self._sink

    def _set_interest(self) -> None:
        if self._state is not _State.CLOSED:
            is_ending = self._state is _State.ENDING
            self._interest.set(is_ending or not (self._led or self._paused), bool(self.unsent_bytes))

    def _keep(self, parts: Sequence[Part], sent: int) -> None:
        self._queue.add(parts, sent)
        self.unsent_bytes = self._queue.bytes

    def _send_unsent(self) -> None:
        try:
            self._queue.send(self._socket)
        except OSError as error:
            self._fail(error)
            return
        self.unsent_bytes = self._queue.bytes
        if self.unsent_bytes:
            return
        self._set_interest()
        if self._state is _State.ENDING:
            self._say_end()
        elif self._state is _State.OPEN:
            self._started_sink().on_drain()

    def _say_end(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def _cut_off_after(self, linger: float) -> None:
        if self._state is _State.ENDING:
            self._prevent_cut_off = self.later(linger, self.destroy)

    def _end_reading(self, error: OSError | None) -> None:
        with self.lock:
            self._fail(error)

    def _set_state(self, state: _State) -> None:
        self._state = state

    def _fail(self, error: OSError | None) -> None:
        """The one place where the link closes; with the lock held."""
        if self._state is _State.CLOSED:
            return
        self._set_state(_State.CLOSED)
        self._error = error
        self._queue.clear()
        self.unsent_bytes = 0
        if self._sink is None:
            self._socket.close()
            return
        # Wakes a thread that leads: until it has gone the descriptor must not go to another socket.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.soon(self._finish)

    def _finish(self) -> None:
        if not self._reading.acquire(False):
            self.later(0.001, self._finish)
            return
        self._interest.close()
        self._socket.close()
        self._reading.release()
        if self._prevent_cut_off is not None:
            self._prevent_cut_off()
        self._started_sink().on_close(self._error)
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)
