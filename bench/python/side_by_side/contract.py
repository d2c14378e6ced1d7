"""The contract of raw calls, whose payloads are no messages."""

CONTRACT_HASH = f"sha256:{'0' * 64}"
