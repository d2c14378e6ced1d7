"""Keeps a process from running anything of a plugin until the guard knows it."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """What to run."""

    file: str
    """Absolute."""
    args: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    files: tuple[int, ...] = ()
    """Descriptors that it gets under the same numbers."""


GO = b"go\n"
"""What opens the gate, on the process's stdin; of which nothing else is ever used."""

SHELL = "/bin/sh"
ENV = "/usr/bin/env"
SCRIPT = 'read -r go && exec "$@"'
"""Waits for the line, reading not a byte more, and becomes the plugin: same process, same stdin."""
SHELL_NAMES = frozenset(("BASHOPTS", "EUID", "IFS", "LINENO", "OPTIND", "PPID", "SHELLOPTS", "UID"))
"""Variables that a shell takes for its own and does not pass on as they were."""

_plain_name = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch


def behind_gate(command: Command) -> list[str] | None:
    """Return the command behind a gate: it runs nothing of the plugin until it is told `GO`.

    And nothing at all where the host dies before; so there is no moment in which a plugin runs and the guard does not
    know it yet. None where that cannot be done faithfully; then the command is started as it is.
    """
    if not os.path.exists(SHELL):
        return None
    odd = [f"{name}={value}" for name, value in command.env.items() if not passes_through_shell(name)]
    gate = [SHELL, "-c", SCRIPT, "pluginart"]
    if not odd:
        return [*gate, command.file, *command.args]
    # env(1) takes everything with an equals sign before the command for a variable.
    if "=" in command.file or not os.path.exists(ENV):
        return None
    return [*gate, ENV, *odd, command.file, *command.args]


def passes_through_shell(name: str) -> bool:
    """Return whether a shell hands a variable of this name on as it was."""
    return name not in SHELL_NAMES and _plain_name(name) is not None
