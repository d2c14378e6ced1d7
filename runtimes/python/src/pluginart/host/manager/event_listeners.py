"""Those who want to know."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from .events import PluginEvent

MAX_HELD_EVENTS = 1_000
"""Of a reader that does not keep up the oldest events are dropped."""


class EventListeners:
    """Callbacks and iterators that get each event."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[PluginEvent], None]] = []

    def add(self, callback: Callable[[PluginEvent], None]) -> Callable[[], None]:
        """Call it with each event; returns what ends that."""
        self._callbacks.append(callback)

        def remove() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return remove

    def emit(self, event: PluginEvent) -> None:
        """Tell everybody; on the loop."""
        for callback in tuple(self._callbacks):
            try:
                callback(event)
            except Exception as error:
                # What a listener raises is the host's to see, but must not stop the supervision of its plugins midway.
                context = {"message": "a listener for events of plugins failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)

    async def iterate(self) -> AsyncIterator[PluginEvent]:
        """Yield each event from now on, until closed."""
        held: deque[PluginEvent] = deque(maxlen=MAX_HELD_EVENTS)
        came = asyncio.Event()

        def take(event: PluginEvent) -> None:
            held.append(event)
            came.set()

        remove = self.add(take)
        try:
            while True:
                await came.wait()
                came.clear()
                while held:
                    yield held.popleft()
        finally:
            remove()
