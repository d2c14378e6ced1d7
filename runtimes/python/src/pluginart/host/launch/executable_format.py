"""Why a file may not be fit for this machine."""

import os
import platform
import sys

HEAD_BYTES = 256

ELF_MACHINES = {
    0x03: "i386",
    0x08: "mips",
    0x15: "ppc64",
    0x16: "s390x",
    0x28: "arm",
    0x3E: "x86_64",
    0xB7: "aarch64",
    0xF3: "riscv64",
    0x102: "loongarch64",
}
"""The numbers that ELF headers name machines by, with the names that uname(1) has for them."""

MACHINE_ALIASES = {
    "amd64": "x86_64",
    "arm64": "aarch64",
    "i486": "i386",
    "i586": "i386",
    "i686": "i386",
    "armv6l": "arm",
    "armv7l": "arm",
    "armv8l": "arm",
    "ppc64le": "ppc64",
    "mips64": "mips",
}

MACH_O_MAGICS = (0xFEEDFACF, 0xFEEDFACE, 0xBEBAFECA)


def why_unfit(path: str) -> str | None:
    """Say why a file that could not be started, or ended at once, may not be fit; None where its looks are right.

    Asked only after the failure: emulators run files that look foreign.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return None
    if not head:
        return f"{path} is empty"
    if head.startswith(b"#!"):
        return _why_unfit_script(path, head)
    if head.startswith(b"\x7fELF"):
        return _why_unfit_elf(path, head)
    if len(head) >= 4 and int.from_bytes(head[:4], "little") in MACH_O_MAGICS:
        return None if sys.platform == "darwin" else f"{path} is built for macOS, and this is {_machine()}"
    if head.startswith(b"MZ"):
        return f"{path} is built for Windows, and this is {_machine()}"
    return f"{path} is neither a program for this machine nor a script that begins with #!"


def _why_unfit_script(path: str, head: bytes) -> str | None:
    line = head[2:].split(b"\n", 1)[0].decode("utf-8", "replace")
    if line.endswith("\r"):
        return f"the #! line of {path} ends in a carriage return: save the file with Unix line ends"
    words = line.split(maxsplit=1)
    if not words:
        return f"the #! line of {path} names no interpreter"
    if os.access(words[0], os.X_OK):
        return None
    return f"the #! line of {path} names {words[0]}, which cannot be run here"


def _why_unfit_elf(path: str, head: bytes) -> str | None:
    if sys.platform == "darwin":
        return f"{path} is built for Linux, and this is {_machine()}"
    if len(head) < 20:
        return f"{path} is cut short"
    number = int.from_bytes(head[18:20], "big" if head[5] == 2 else "little")
    built = ELF_MACHINES.get(number, f"machine {number}")
    here = platform.machine().lower()
    here = MACHINE_ALIASES.get(here, here)
    return None if built == here else f"{path} is built for {built}, and this machine is {here}"


def _machine() -> str:
    return f"{sys.platform} on {platform.machine()}"
