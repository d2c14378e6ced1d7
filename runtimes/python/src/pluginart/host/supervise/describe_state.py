"""Says how a plugin is."""

import time

from ...errors import PluginartError
from .plugin_state import Backoff, Draining, Failed, PluginState, Ready, Starting, Stopped


def describe_state(state: PluginState, last_error: PluginartError | None, failures: int) -> str:
    """Continue a sentence that names the plugin; `failures` in a row."""
    match state:
        case Stopped(why=why):
            return why
        case Starting():
            return "is starting" + ("" if last_error is None else f" again, after: {last_error}")
        case Ready():
            return "is ready"
        case Draining(next=following):
            return "is shutting down" if following == "stop" else "is about to be started again"
        case Backoff(error=error, retry_at=retry_at):
            return f"will be started again in {max(retry_at - time.monotonic(), 0):.1f} s, after: {error}"
        case Failed(error=error):
            times = f", {failures} failures in a row" if failures > 1 else ""
            return f"is not running{times}: {error}"
