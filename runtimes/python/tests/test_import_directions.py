"""Holds the rooms of the package to their order: each imports only from those below it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pluginart

PACKAGE = Path(pluginart.__file__).parent

BELOW: dict[str, set[str]] = {
    "timing": set(),
    "errors": set(),
    "codec": {"errors"},
    "control": {"errors", "codec"},
    "wire": {"errors"},
    "session": {"errors", "codec", "control", "wire"},
    "transport": {"errors", "session"},
    "plugin": {"errors", "codec", "wire", "session", "transport"},
    "client": {"errors", "wire", "session", "transport"},
    "host/launch": {"timing", "errors", "transport"},
    "host/supervise": {"timing", "errors", "session", "transport", "host/launch"},
    "host/manager/config": {"errors", "host/launch", "host/supervise"},
    "host/manager": {"errors", "session", "transport", "host/launch", "host/supervise", "host/manager/config"},
    "host": {"host/launch", "host/supervise", "host/manager"},
    "testing": {"errors", "session", "transport", "plugin", "client"},
    "": {"errors", "session", "plugin", "client", "host"},
}
"""By room, the rooms it may import from."""

LAZY = {("host/manager", "host/manager/config")}
"""Only within functions: whoever does not need it does not pay for it."""


def room_of(path: Path) -> str:
    """The longest room whose folder holds a module."""
    within = path.relative_to(PACKAGE).with_suffix("").as_posix()
    rooms = [room for room in BELOW if room and (within == room or within.startswith(f"{room}/"))]
    return max(rooms, key=len, default="")


def imports_of(path: Path) -> Iterator[tuple[ast.AST, Path]]:
    """What a module imports of the package."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            folder = path.parents[node.level - 1]
            base = folder.joinpath(*node.module.split(".")) if node.module else folder
            for alias in node.names:
                inner = base / alias.name
                yield node, inner if inner.is_dir() or inner.with_suffix(".py").exists() else base
        else:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            absolute = [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            for name in [*names, *absolute]:
                assert name.split(".")[0] != "pluginart", f"{path}: imports within the package are relative"


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path)
    for node, imported in imports_of(path):
        target = room_of(imported)
        if target == room:
            continue
        assert target in BELOW[room], f"{path}:{node.lineno}: {room or 'the package'} must not import {target}"  # type: ignore[attr-defined]
        if (room, target) in LAZY:
            assert node.col_offset > 0, f"{path}:{node.lineno}: to be imported within a function"  # type: ignore[attr-defined]


def test_every_module_is_in_a_room() -> None:
    assert [path for path in MODULES if room_of(path) == ""] == [PACKAGE / "__init__.py"]


def loaded_by(statement: str) -> set[str]:
    """The modules that a statement loads into a fresh interpreter, beside those that it begins with."""
    script = f"import sys\nbefore = set(sys.modules)\n{statement}\nprint(*(set(sys.modules) - before))"
    found = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def test_importing_the_package_loads_nothing_that_is_not_used() -> None:
    heavy = {"asyncio", "subprocess", "logging", "socket", "ssl", "flatbuffers", "tomllib", "json"}
    assert loaded_by("import pluginart") & heavy == set()
    assert loaded_by("from pluginart import PluginError, ErrorCode") & heavy == set()
    assert "subprocess" not in loaded_by("from pluginart import serve") - loaded_by("import asyncio")
    assert "tomllib" not in loaded_by("from pluginart import PluginManager")


def test_every_public_name_is_there() -> None:
    for name in pluginart.__all__:
        assert getattr(pluginart, name) is not None
    assert set(pluginart.__all__) <= set(dir(pluginart))
    with pytest.raises(AttributeError, match="module 'pluginart' has no attribute 'PluginManger'"):
        pluginart.PluginManger  # noqa: B018


def test_what_is_public_is_what_type_checkers_see() -> None:
    (block,) = [node for node in ast.parse((PACKAGE / "__init__.py").read_text()).body if isinstance(node, ast.If)]
    seen = [alias.name for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(seen) == sorted(pluginart.__all__)
