"""Guesses what somebody meant."""

from collections.abc import Iterable


def nearest(word: str, names: Iterable[str], limit: int) -> str | None:
    """Return the name that takes the fewest edits to reach, the first of several; None where all take more."""
    best = None
    for name in names:
        edits = _edit_distance(word, name)
        if edits <= limit:
            limit = edits - 1
            best = name
    return best


def _edit_distance(one: str, other: str) -> int:
    """Count the insertions, deletions and replacements between two words."""
    row = list(range(len(other) + 1))
    for line, char in enumerate(one, 1):
        diagonal, row[0] = row[0], line
        for column, target in enumerate(other, 1):
            edits = diagonal + (char != target)
            diagonal = row[column]
            row[column] = min(edits, row[column] + 1, row[column - 1] + 1)
    return row[-1]
