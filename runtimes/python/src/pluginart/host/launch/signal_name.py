"""What signals are called."""

import signal


def signal_name(number: int) -> str | None:
    """Return ``SIGKILL`` for 9; None where there is no such signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return None
