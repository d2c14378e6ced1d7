"""Ends the plugin with its host. PROTOCOL.md, S12."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

_READ_BYTES = 4_096


def watch_lifeline(descriptor: int, on_end: Callable[[], None], grace: float) -> None:
    """Call `on_end` in a thread once the other end of the descriptor is gone; `grace` seconds later the process exits.

    It exits whatever its other threads do, and so does not leave that to them.
    """

    def watch() -> None:
        with suppress(OSError):
            while os.read(descriptor, _READ_BYTES):
                pass
        with suppress(Exception):
            on_end()
        time.sleep(grace)
        os._exit(0)

    Thread(target=watch, name="pluginart-lifeline", daemon=True).start()
