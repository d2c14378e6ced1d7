"""What a plugin says of itself, as bytes."""

from ..control import DescriptionT, decode_description, encode_description
from .host_session import PeerDescription
from .runtime_name import RUNTIME_NAME


def describe_peer(data: bytes) -> PeerDescription:
    """Read a DESCRIPTION. Raises PluginartError INVALID_PAYLOAD."""
    told = decode_description(data)
    return PeerDescription(schema=told.schema, contract_hash=told.contract_hash, runtime=told.runtime)


def describe_self(contract_hash: str, schema: str | None) -> bytes:
    """Write the DESCRIPTION of this side."""
    return bytes(encode_description(DescriptionT(schema=schema, contract_hash=contract_hash, runtime=RUNTIME_NAME)))
