"""The failure of several plugins at once."""

from collections.abc import Sequence

from ...errors import StartupError


def several_failures(failures: Sequence[Exception], total: int) -> StartupError:
    """List them, of so many plugins; their group is the cause."""
    lines = "\n".join("- " + str(failure).replace("\n", "\n  ") for failure in failures)
    error = StartupError(f"{len(failures)} of {total} plugins did not start:\n{lines}")
    error.__cause__ = ExceptionGroup("plugins did not start", failures)
    return error
