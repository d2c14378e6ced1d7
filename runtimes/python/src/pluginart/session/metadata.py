"""The metadata of a CALL, as values and as bytes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..control import CallMetaT, EntryT, decode_call_meta, encode_call_meta
from ..errors import ErrorCode, PluginartError
from ..wire.limits import MAX_METADATA_BYTES


@dataclass(frozen=True, slots=True)
class CallMetadata:
    """Trace context and free entries that travel with a call. Version 2 only; a version 1 peer gets none of it."""

    traceparent: str | None = None
    tracestate: str | None = None
    baggage: str | None = None
    entries: Mapping[str, str] | None = None


NO_METADATA = CallMetadata()

_TRACEPARENT = re.compile(r"[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}", re.ASCII)


def encode_metadata(metadata: CallMetadata) -> bytes:
    """Encode. Raises PluginartError RESOURCE_EXHAUSTED above 65,535 bytes."""
    entries = [EntryT(key=key, value=value) for key, value in (metadata.entries or {}).items()]
    data = encode_call_meta(
        CallMetaT(
            traceparent=metadata.traceparent,
            tracestate=metadata.tracestate,
            baggage=metadata.baggage,
            entries=entries or None,
        )
    )
    if len(data) > MAX_METADATA_BYTES:
        raise PluginartError(
            ErrorCode.RESOURCE_EXHAUSTED,
            f"the call's metadata is {len(data)} bytes long, at most {MAX_METADATA_BYTES} can be sent",
        )
    return bytes(data)


def decode_metadata(data: bytes) -> CallMetadata:
    """Decode. Raises PluginartError INVALID_PAYLOAD."""
    meta = decode_call_meta(data)
    return CallMetadata(
        traceparent=meta.traceparent,
        tracestate=meta.tracestate,
        baggage=meta.baggage,
        entries=None if meta.entries is None else {entry.key: entry.value or "" for entry in meta.entries},
    )


def trace_ids(traceparent: str) -> tuple[str | None, str | None]:
    """Return trace id and span id of a W3C ``traceparent``, for envelopes that carry them; None of a malformed one."""
    match = _TRACEPARENT.match(traceparent)
    return (None, None) if match is None else (match[1], match[2])
