"""Why a file could not be read."""

import errno

REASONS = {
    errno.ENOENT: "there is no such file",
    errno.EACCES: "permission denied",
    errno.EISDIR: "it is a directory",
    errno.ENOTDIR: "part of its path is no directory",
    errno.ELOOP: "its symbolic links go in a circle",
}


def describe_read_failure(error: OSError) -> str:
    """Say it as the end of a sentence."""
    return REASONS.get(error.errno or 0) or error.strerror or str(error)
