"""Checks the keys of a table by its rules."""

from collections.abc import Callable, Sequence
from typing import Any

from .nearest import nearest
from .reporter import Reporter, key_text
from .rule import NOTHING, Rule
from .toml_scanner import Path


def check_table(
    reporter: Reporter, rules: Sequence[Rule], path: Path, table: dict[str, Any], unknown: Callable[[str], str]
) -> dict[str, Any]:
    """Report what is wrong, missing or unknown; return what is made of the rest. `unknown` says a sentence of a key."""
    result: dict[str, Any] = {}
    for rule in rules:
        place = (*path, rule.name)
        if rule.name in table:
            value = rule.check(reporter, place, table[rule.name])
            if value is not NOTHING:
                result[rule.name] = value
        elif rule.required:
            reporter.report(place, f"{key_text(place)} is missing{_missing_hint(rule.name, path, table)}")
    known = {rule.name for rule in rules}
    for key in table:
        if key not in known:
            reporter.wrong_key((*path, key), unknown(key))
    return result


def describe_unknown(key: str, rules: Sequence[Rule]) -> str:
    """Name what was probably meant, or all that is known."""
    known = [rule.name for rule in rules]
    meant = nearest(key, known, max(2, -(-len(key) // 3)))
    hint = f"; known here: {', '.join(known)}" if meant is None else f'; did you mean "{meant}"?'
    return f'unknown key "{key}"{hint}'


def _missing_hint(key: str, path: Path, table: dict[str, Any]) -> str:
    if not path:
        return ': begin the file with "version = 1"'
    if key == "path" and "type" not in table:
        # Nobody said "binary": a key of another type tells what was meant.
        if "image" in table:
            return ', or type = "docker"'
        if "address" in table:
            return ', or type = "remote"'
    return ""
