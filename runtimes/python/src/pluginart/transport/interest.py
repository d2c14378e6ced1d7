"""What an event loop waits for on one socket, changeable from any thread."""

import select
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Protocol


class Interest(Protocol):
    """Whether the loop is to say that the socket has bytes, or room."""

    can_change_cheaply: bool
    """From any thread, without waking the loop."""

    def set(self, read: bool, write: bool) -> None:
        """Change it. With the link's lock held."""
        ...

    def acknowledge(self) -> None:
        """`on_ready` has come and nothing is done about it now."""
        ...

    def close(self) -> None:
        """Wait for nothing. On the loop, before the socket is closed."""
        ...


def watch(loop: AbstractEventLoop, descriptor: int, on_ready: Callable[[], None]) -> Interest:
    """Call `on_ready` on the loop whenever the socket has what is asked for; at first nothing is."""
    if hasattr(select, "epoll"):
        return EpollInterest(loop, descriptor, on_ready)
    return LoopInterest(loop, descriptor, on_ready)


_MASKS = (
    {
        (False, False): 0,
        (False, True): select.EPOLLOUT,
        (True, False): select.EPOLLIN,
        (True, True): select.EPOLLIN | select.EPOLLOUT,
    }
    if hasattr(select, "epoll")
    else {}
)


class EpollInterest:
    """An epoll within the loop's own: the kernel lets any thread change it, for one system call."""

    can_change_cheaply = True

    def __init__(self, loop: AbstractEventLoop, descriptor: int, on_ready: Callable[[], None]) -> None:
        self._loop = loop
        self._descriptor = descriptor
        self._epoll = select.epoll()
        self._mask = 0
        self._epoll.register(descriptor, 0)
        loop.add_reader(self._epoll.fileno(), on_ready)

    def set(self, read: bool, write: bool) -> None:
        """As `Interest`."""
        mask = _MASKS[read, write]
        # The end of a connection is told unasked, again and again; once in one-shot mode.
        if mask != self._mask:
            self._mask = mask
            self._epoll.modify(self._descriptor, mask or select.EPOLLONESHOT)

    def acknowledge(self) -> None:
        """As `Interest`."""
        if self._mask == 0:
            self._epoll.poll(0)

    def close(self) -> None:
        """As `Interest`."""
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()


class LoopInterest:
    """The loop's own readers and writers, where there is no epoll: changed in the loop's next turn."""

    can_change_cheaply = False

    def __init__(self, loop: AbstractEventLoop, descriptor: int, on_ready: Callable[[], None]) -> None:
        self._loop = loop
        self._descriptor = descriptor
        self._on_ready = on_ready
        self._wanted = (False, False)
        self._closed = False

    def set(self, read: bool, write: bool) -> None:
        """As `Interest`."""
        if (read, write) != self._wanted:
            self._wanted = (read, write)
            self._loop.call_soon_threadsafe(self._apply)

    def acknowledge(self) -> None:
        """As `Interest`."""

    def close(self) -> None:
        """As `Interest`."""
        self._closed = True
        self._loop.remove_reader(self._descriptor)
        self._loop.remove_writer(self._descriptor)

    def _apply(self) -> None:
        if self._closed:
            return
        read, write = self._wanted
        if read:
            self._loop.add_reader(self._descriptor, self._on_ready)
        else:
            self._loop.remove_reader(self._descriptor)
        if write:
            self._loop.add_writer(self._descriptor, self._on_ready)
        else:
            self._loop.remove_writer(self._descriptor)
