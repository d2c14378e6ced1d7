"""Learns of the end of a process in the moment it happens."""

import asyncio
import contextlib
import os
import subprocess
import threading
from collections.abc import Callable


def watch_exit(process: "subprocess.Popen[bytes]", on_exit: Callable[[], None]) -> Callable[[], None]:
    """Call `on_exit` on the running loop when the process is gone; return what ends the watch.

    It has not been waited for then, where the system allows that: until `process.poll()` its id is nobody else's.
    """
    loop = asyncio.get_running_loop()
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        # macOS, or a sandbox that does not know pidfds.
        name = f"pluginart-exit-{process.pid}"
        threading.Thread(target=_wait, args=(process, loop, on_exit), name=name, daemon=True).start()
        return lambda: None

    def stop() -> None:
        if loop.remove_reader(descriptor):
            os.close(descriptor)

    def on_readable() -> None:
        stop()
        on_exit()

    loop.add_reader(descriptor, on_readable)
    return stop


def _wait(process: "subprocess.Popen[bytes]", loop: asyncio.AbstractEventLoop, on_exit: Callable[[], None]) -> None:
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    else:
        process.wait()
    # The loop may be closed by now, and nobody be interested any more.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(on_exit)
