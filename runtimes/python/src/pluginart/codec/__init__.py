"""FlatBuffers values to bytes and back, everything checked: what generated code stands on."""

from struct import Struct

from .envelope import CallEnvelope, CallHead, CallRequestEnvelope, CallResponseEnvelope, decode_payload
from .invalid import WRONG_VALUE, invalid, missing_field, too_deep, wrong_member, wrong_value
from .max_depth import MAX_DEPTH
from .message import Read, Write, decode, encode
from .reader import Reader
from .request_of import request_of
from .streaming import streaming_not_callable
from .table_fields import FieldPlaces, TableFields
from .table_layout import TableLayout, TableShape, Vtables
from .writing import (
    array_of,
    as_bool,
    bytes_of,
    is_minus_zero,
    write_bools,
    write_bytes,
    write_scalars,
    write_string,
    write_strings,
    write_struct,
    write_structs,
    write_tables,
    write_union_codes,
)

__all__ = [
    "MAX_DEPTH",
    "WRONG_VALUE",
    "CallEnvelope",
    "CallHead",
    "CallRequestEnvelope",
    "CallResponseEnvelope",
    "FieldPlaces",
    "Read",
    "Reader",
    "Struct",
    "TableFields",
    "TableLayout",
    "TableShape",
    "Vtables",
    "Write",
    "array_of",
    "as_bool",
    "bytes_of",
    "decode",
    "decode_payload",
    "encode",
    "invalid",
    "is_minus_zero",
    "missing_field",
    "request_of",
    "streaming_not_callable",
    "too_deep",
    "write_bools",
    "write_bytes",
    "write_scalars",
    "write_string",
    "write_strings",
    "write_struct",
    "write_structs",
    "write_tables",
    "write_union_codes",
    "wrong_member",
    "wrong_value",
]
