"""A failure to start with all that a person needs."""

from collections.abc import Sequence

from ...errors import Evidence, StartupError


def startup_failure(plugin: str, what: str, evidence: Evidence | None) -> StartupError:
    """Make the error; `what` continues a sentence that names the plugin, and the output follows it."""
    return StartupError(f'plugin "{plugin}" {what}{_quote_output(evidence)}', plugin=plugin, evidence=evidence)


def _quote_output(evidence: Evidence | None) -> str:
    """Quote the last lines, indented, each stream under its name; say so where there are none."""
    if evidence is None:
        return ""
    if not evidence.stderr and not evidence.stdout:
        return " (it printed nothing)"
    return _quote("stderr", evidence.stderr) + _quote("stdout", evidence.stdout)


def _quote(name: str, lines: Sequence[str]) -> str:
    return f"\n  {name}:\n" + "\n".join(f"    {line}" for line in lines) if lines else ""
