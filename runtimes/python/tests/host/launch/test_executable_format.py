import platform
import sys
from pathlib import Path

import pytest

from pluginart.host.launch.executable_format import why_unfit


def judge(folder: Path, content: bytes) -> str:
    path = folder / "program"
    path.write_bytes(content)
    return why_unfit(str(path)) or "fit"


def test_what_runs_here_passes(tmp_path: Path) -> None:
    assert judge(tmp_path, b"#!/bin/sh\n") == "fit"
    assert why_unfit(sys.executable) is None
    assert why_unfit(str(tmp_path / "missing")) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"#!/bin/sh\r\n", "carriage return"),
        (b"#!/no/such/python3 -u\n", "names /no/such/python3, which cannot be run here"),
        (b"#!  \n", "names no interpreter"),
        (b"echo hello\n", "neither a program for this machine nor a script"),
        (b"", "is empty"),
        (b"MZ\0\0", "built for Windows"),
        (b"\xcf\xfa\xed\xfe....", "built for macOS"),
        (b"\x7fELF", "is cut short"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="what is foreign differs by system")
def test_what_does_not_is_named(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in judge(tmp_path, content)


@pytest.mark.skipif(sys.platform != "linux", reason="ELF is of Linux")
def test_another_architecture_is_named(tmp_path: Path) -> None:
    machine, name = (0x3E, "x86_64") if platform.machine() == "s390x" else (0x16, "s390x")
    head = bytearray(64)
    head[:6] = b"\x7fELF\x02\x01"
    head[18:20] = machine.to_bytes(2, "little")
    assert f"built for {name}, and this machine is" in judge(tmp_path, bytes(head))
