"""The control messages of the protocol: generated from ``protocol/pluginart.fbs``.

Decoders raise PluginartError INVALID_PAYLOAD.
"""

from .codecs import (
    decode_call_meta,
    decode_description,
    decode_handshake_request,
    decode_handshake_response,
    decode_ping,
    decode_plugin_error,
    encode_call_meta,
    encode_description,
    encode_handshake_request,
    encode_handshake_response,
    encode_ping,
    encode_plugin_error,
)
from .values import (
    AcceptT,
    CallMetaT,
    DescriptionT,
    EntryT,
    ErrorOrigin,
    HandshakeRequestT,
    HandshakeResponseT,
    OfferT,
    PingT,
    PluginErrorT,
)

__all__ = [
    "AcceptT",
    "CallMetaT",
    "DescriptionT",
    "EntryT",
    "ErrorOrigin",
    "HandshakeRequestT",
    "HandshakeResponseT",
    "OfferT",
    "PingT",
    "PluginErrorT",
    "decode_call_meta",
    "decode_description",
    "decode_handshake_request",
    "decode_handshake_response",
    "decode_ping",
    "decode_plugin_error",
    "encode_call_meta",
    "encode_description",
    "encode_handshake_request",
    "encode_handshake_response",
    "encode_ping",
    "encode_plugin_error",
]
