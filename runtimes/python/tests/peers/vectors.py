"""Reads protocol/vectors."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[4]


def read_vectors(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((REPOSITORY / "protocol" / "vectors" / file).read_text())
    return loaded


def bytes_of(laid: Any) -> bytes:
    """Lowercase hex, or a list of such strings and repetitions."""
    if isinstance(laid, str):
        return bytes.fromhex(laid)
    return b"".join(
        bytes.fromhex(item) if isinstance(item, str) else bytes.fromhex(item["repeat"]) * item["times"] for item in laid
    )


def read_exchanges(to: str) -> list[dict[str, Any]]:
    exchanges = [*read_vectors("v2-messages.json")["exchanges"], *read_vectors("v2-streams.json")["exchanges"]]
    return [exchange for exchange in exchanges if exchange["to"] == to]


def pieces(data: bytes, length: int) -> Iterator[bytes]:
    for at in range(0, len(data), length):
        yield data[at : at + length]


def title(vector: dict[str, Any]) -> str:
    return f"{vector.get('rule', vector.get('mode', ''))}: {vector['name']}"
