"""What the two sides show each other to prove that they know the token. PROTOCOL.md, section 5.1."""

import hmac
import os

NONCE_BYTES = 16


def new_nonce() -> bytes:
    """16 random bytes, to be used once."""
    return os.urandom(NONCE_BYTES)


def host_proof(token: str, nonce: bytes, contract_hash: str) -> bytes:
    """What a host shows (V2-T1). The token is hex."""
    return _hmac(token, b"pluginart host", nonce, contract_hash.encode())


def plugin_proof(token: str, nonce: bytes, shown_by_host: bytes) -> bytes:
    """What a plugin answers to it (V2-T3). The token is hex."""
    return _hmac(token, b"pluginart plugin", nonce, shown_by_host)


def is_same_proof(expected: bytes, shown: bytes | None) -> bool:
    """Compare in constant time."""
    return shown is not None and hmac.compare_digest(expected, shown)


def _hmac(token: str, role: bytes, nonce: bytes, last: bytes) -> bytes:
    return hmac.digest(bytes.fromhex(token), role + b"\0" + nonce + last, "sha256")
