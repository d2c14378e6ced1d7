"""Finds a plugin's executable, or says why there is none."""

import os
import stat

from ...errors import StartupError

NOT_FOUND = "does not exist"


def find_executable(plugin: str, path: str, search_path: str | None) -> str:
    """Return the absolute path of a plugin's executable.

    `path` is absolute, or a bare name to be looked up on `search_path`, the plugin's own PATH. Raises a StartupError
    that says what was searched, or why the file cannot be run.
    """
    if "/" in path:
        problem = _why_not_executable(path)
        if problem is None:
            return path
        hint = "; arguments belong into args" if " " in path and problem.endswith(NOT_FOUND) else ""
        raise StartupError(f'plugin "{plugin}": {problem}{hint}', plugin=plugin)
    directories = [directory for directory in (search_path or "").split(os.pathsep) if directory]
    near_miss = None
    for directory in directories:
        candidate = os.path.join(directory, path)
        problem = _why_not_executable(candidate)
        if problem is None:
            return candidate
        if near_miss is None and not problem.endswith(NOT_FOUND):
            near_miss = problem
    but = "" if near_miss is None else f" (but {near_miss})"
    searched = ", ".join(directories) if directories else "nothing, as PATH is empty"
    raise StartupError(
        f'plugin "{plugin}": no executable "{path}" on PATH{but}; searched {searched}. '
        'A path with a slash, like "./echo-plugin", is relative to the config file.',
        plugin=plugin,
    )


def _why_not_executable(path: str) -> str | None:
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return f"{path} {NOT_FOUND}"
    except (OSError, ValueError) as error:
        return f"{path} cannot be run: {error}"
    if stat.S_ISDIR(mode):
        return f"{path} is a directory, not an executable"
    if not os.access(path, os.X_OK):
        return f"{path} is not executable; run: chmod +x {path}"
    return None
