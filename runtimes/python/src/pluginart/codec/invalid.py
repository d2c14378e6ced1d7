"""The one error of this floor: INVALID_PAYLOAD, saying what is wrong."""

from collections.abc import Sequence
from enum import IntEnum
from struct import Struct
from struct import error as StructError
from typing import Any

from ..errors import ErrorCode, PluginartError

WRONG_VALUE = (AttributeError, TypeError, ValueError, OverflowError, StructError)
"""What Python raises where a value has not the type that an encoder expects of it."""

FieldTypes = Sequence[tuple[str, str, Any]]
"""Of each field: its attribute; its name, ``Body.tags``; its type, ``[string]``, with ``!`` where it is required and
``?`` where it may be None. In place of the type a function that raises for a wrong value."""

_PHRASES = {
    "bool": "a bool",
    "int8": "an integer from -128 to 127",
    "uint8": "an integer from 0 to 255",
    "int16": "an integer from -32768 to 32767",
    "uint16": "an integer from 0 to 65535",
    "int32": "an integer from -2147483648 to 2147483647",
    "uint32": "an integer from 0 to 4294967295",
    "int64": "an integer from -2**63 to 2**63 - 1",
    "uint64": "an integer from 0 to 2**64 - 1",
    "float32": "a number within the range of float32",
    "float64": "a number",
    "string": "a str without lone surrogates",
    "bytes": "bytes",
}

_FORMATS = {
    "int8": Struct("b"),
    "uint8": Struct("B"),
    "int16": Struct("<h"),
    "uint16": Struct("<H"),
    "int32": Struct("<i"),
    "uint32": Struct("<I"),
    "int64": Struct("<q"),
    "uint64": Struct("<Q"),
    "float32": Struct("<f"),
    "float64": Struct("<d"),
}


def invalid(message: str) -> PluginartError:
    """Make the error."""
    return PluginartError(ErrorCode.INVALID_PAYLOAD, message)


def missing_field(field: str) -> PluginartError:
    """Make the error for a required field that is absent, on either side; the field is named ``EchoRequest.input``."""
    return invalid(f"{field} is required")


def wrong_member(union: str, members: str, value: object) -> PluginartError:
    """Make the error for a value that is no member of its union; the members are named as in ``NodeT, str``."""
    return invalid(f"{_a(union)} must be one of {members}, not {describe(value)}")


def too_deep() -> PluginartError:
    """Make the error for a value that an encoder cannot write."""
    return invalid("the value has more than 64 tables within each other, or contains itself")


def wrong_value(table: str, value: object, fields: FieldTypes, error: Exception) -> PluginartError:
    """Find out what is wrong with a value that could not be encoded. Slow: for values that are known to be wrong."""
    for attribute, field, expected in fields:
        try:
            found = getattr(value, attribute)
        except AttributeError:
            return invalid(f"{table} must be {_a(table)}T, not {describe(value)}")
        fault = _fault(field, expected, found)
        if fault is not None:
            return invalid(fault)
    return invalid(f"{table} cannot be encoded: {error}")


def _fault(field: str, expected: Any, found: object) -> str | None:
    if not isinstance(expected, str):
        if found is None:
            return None
        try:
            expected(found)
        except PluginartError as error:
            return error.message
        except WRONG_VALUE as error:
            return f"{field} cannot be encoded as it is: {error}"
        return None
    if found is None:
        if expected.endswith("!"):
            return f"{field} is required"
        if expected.endswith("?"):
            return None
    wanted = expected.rstrip("!?")
    if not wanted.startswith("["):
        return None if is_of_type(wanted, found) else f"{field} must be {_PHRASES[wanted]}, not {describe(found)}"
    if not is_vector(found):
        return f"{field} must be a list or another sequence, not {describe(found)}"
    element = wanted[1:-1]
    for index, each in enumerate(found):  # type: ignore[arg-type, var-annotated]
        if element in _PHRASES and not is_of_type(element, each):
            return f"{field}[{index}] must be {_PHRASES[element]}, not {describe(each)}"
    return None


def is_vector(value: object) -> bool:
    """Whether a vector can be made of a value."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))


def is_of_type(wanted: str, value: object) -> bool:
    """Whether a value fits a scalar type, ``string`` or ``bytes``; other types are not looked at."""
    match wanted:
        case "bool":
            return isinstance(value, bool)
        case "bytes":
            return isinstance(value, (bytes, bytearray, memoryview))
        case "string":
            return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)
    form = _FORMATS.get(wanted)
    if form is None:
        return True
    try:
        form.pack(value)
    except WRONG_VALUE:
        return False
    return True


def describe(value: object) -> str:
    """Describe a value in a few words, however large it is."""
    if value is None or isinstance(value, (bool, float)):
        return repr(value)
    if isinstance(value, int):
        shown = f"{int(value)}" if -(1 << 70) < value < 1 << 70 else f"one of {value.bit_length()} bits"
        return f"the enum value {value!r}" if isinstance(value, IntEnum) else f"the integer {shown}"
    if isinstance(value, str):
        return f"the str {value!r}" if len(value) <= 20 else f"a str of {len(value)}"
    if isinstance(value, (bytes, bytearray, list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    return _a(type(value).__name__)


def _a(name: str) -> str:
    return f"an {name}" if name[:1] in "AEIOaeio" else f"a {name}"
