"""Names this process for as long as anybody may ask whether it lives."""

import os
import platform
import re


def host_identity() -> str:
    """Return ``<scope>/<pid>/<start>``, for engines that several users, machines and containers share.

    The scope is the boot, the process namespace and the user, as nobody else's processes can be judged from here.
    """
    return f"{_scope()}/{os.getpid()}/{_start_of(os.getpid()) or ''}"


def is_certainly_gone(identity: str) -> bool:
    """Return whether a process that was named so is gone. False also for those that cannot be judged from here."""
    scope, pid, start = [*identity.split("/"), "", ""][:3]
    if scope != _scope() or not re.fullmatch("[1-9][0-9]{0,9}", pid):
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    now = _start_of(int(pid))
    # The same number was given to somebody else.
    return start != "" and now is not None and now != start


def _scope() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
        namespace = "".join(filter(str.isdigit, os.readlink("/proc/self/ns/pid")))
    except OSError:
        # No /proc (macOS): there are no process namespaces either.
        return f"{platform.node().replace('/', '_')}.{os.getuid()}"
    return f"{boot}.{namespace}.{os.getuid()}"


def _start_of(pid: int) -> str | None:
    """In ticks since boot; None where the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin1") as file:
            stat = file.read()
    except OSError:
        return None
    # The name, in brackets, may hold anything; the start is the 20th field after it.
    return stat[stat.rindex(")") + 2 :].split(" ")[19]
