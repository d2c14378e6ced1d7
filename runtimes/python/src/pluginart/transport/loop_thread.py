"""An event loop in a thread of its own, for those who block."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Thread, current_thread
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Starts with its first use, and ends with `stop`; then no thread is left."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run the coroutine on the loop and return or raise what it does. Any thread but the loop's own.

        Interrupted, as by Ctrl-C, it cancels the coroutine and waits for its end.
        """
        if current_thread() is self._thread:
            coroutine.close()
            raise RuntimeError("a blocking call on the thread of the event loop that carries it would never end")
        future: Future[T] = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def soon(self, callback: Callable[[], object]) -> None:
        """Run the callback on the loop."""
        self.loop.call_soon_threadsafe(callback)

    def stop(self) -> None:
        """End the loop and join the thread. Tasks that are left are cancelled. Does nothing the second time."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.loop.stop)
        if current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        loop = self.loop
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()
