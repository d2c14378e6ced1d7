"""Converts between the plain values of generated code and the JSON of suites: see src/notation/README.md.

Type hints do not tell the width of integers: those that a double holds are reported as numbers, and the runner, which
has the schema, takes either for 64 bits.
"""

import hashlib
import math
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

_REPORTED_WHOLE = 256
_LARGEST_EXACT = 2**53


def parse_bytes(notation: Any) -> bytes:
    """Read hex, or one piece many times."""
    if isinstance(notation, str):
        return bytes.fromhex(notation)
    return bytes.fromhex(notation["repeat"]) * notation["times"]


def report_bytes(value: bytes) -> Any:
    """Hex, or for many bytes their number and SHA-256."""
    if len(value) <= _REPORTED_WHOLE:
        return bytes(value).hex()
    return {"length": len(value), "sha256": hashlib.sha256(value).hexdigest()}


def read(hint: Any, notation: Any) -> Any:
    """Make a value of that type of what a suite says."""
    alternatives = [one for one in get_args(hint) if one is not NoneType] if _is_union(hint) else [hint]
    members = [one for one in alternatives if is_dataclass(one)]
    if len(members) > 1:
        member = next(one for one in members if one.__name__ == f"{notation['type']}T")
        return read(member, notation["value"])
    kind = alternatives[0]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        given = {_attribute(kind, key): value for key, value in notation.items()}
        return kind(**{name: read(hints[name], value) for name, value in given.items()})
    if get_origin(kind) is not None:
        return [read(get_args(kind)[0], item) for item in notation]
    return _read_scalar(kind, notation)


def write(hint: Any, value: Any) -> Any:
    """Say what a suite would say for the value."""
    if is_dataclass(value):
        written = _write_fields(value)
        alternatives = [one for one in get_args(hint) if is_dataclass(one)] if _is_union(hint) else []
        return {"type": type(value).__name__[:-1], "value": written} if len(alternatives) > 1 else written
    if isinstance(value, (bytes, bytearray, memoryview)):
        return report_bytes(bytes(value))
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, Enum):
        return _write_number(int(value.value))
    if isinstance(value, (int, float)):
        return _write_number(value)
    sequence = next(one for one in (get_args(hint) if _is_union(hint) else (hint,)) if get_args(one))
    return [write(get_args(sequence)[0], item) for item in value]


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)


def _attribute(kind: Any, key: str) -> str:
    names = {field.name for field in fields(kind)}
    return key if key in names else f"{key}_"


def _read_scalar(kind: Any, notation: Any) -> Any:
    if kind is bytes:
        return parse_bytes(notation)
    if kind is float:
        return float(notation)
    if kind in (str, bool):
        return notation
    return int(notation)


def _write_fields(value: Any) -> dict[str, Any]:
    hints = get_type_hints(type(value))
    present = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {name.rstrip("_"): write(hints[name], item) for name, item in present if item is not None}


def _write_number(value: float) -> Any:
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_EXACT else str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value
