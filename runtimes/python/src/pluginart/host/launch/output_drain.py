"""Reads what a process prints, always, whatever becomes of it."""

import asyncio
import os
from collections.abc import Callable
from typing import IO

from .line_splitter import LineSplitter

READ_BYTES = 65_536


class OutputDrain:
    """Reads a pipe until its end, in pieces, between which everything else has its turn."""

    def __init__(
        self, pipe: IO[bytes], on_line: Callable[[str, bool], None], on_end: Callable[[], None] | None = None
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._pipe = pipe
        self._splitter = LineSplitter(on_line)
        self._on_end = on_end
        self.closed: asyncio.Future[None] = self._loop.create_future()
        """Done when all has been read."""
        os.set_blocking(pipe.fileno(), False)
        self._loop.add_reader(pipe, self._on_readable)

    def close(self) -> None:
        """Read no more. What is held is the last line."""
        if self.closed.done():
            return
        self._loop.remove_reader(self._pipe)
        self._pipe.close()
        self._splitter.end()
        if self._on_end is not None:
            self._on_end()
        self.closed.set_result(None)

    def _on_readable(self) -> None:
        try:
            chunk = os.read(self._pipe.fileno(), READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if chunk:
            self._splitter.push(chunk)
        else:
            self.close()
