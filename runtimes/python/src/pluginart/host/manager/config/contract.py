"""What contract a host demands."""

import hashlib
import os
from typing import Literal

from .read_failure import describe_read_failure


class ContractError(Exception):
    """Says what is wrong, and with which key."""

    def __init__(self, message: str, key: Literal["contract_hash", "schema"] | None) -> None:
        super().__init__(message)
        self.key = key


def settle_contract(contract_hash: str | None, schema: str | None, folder: str) -> str:
    """Return the contract hash, reading the schema file if there is one. Raises ContractError."""
    if schema is None:
        if contract_hash is not None:
            return contract_hash
        raise ContractError("contract_hash or schema is missing: one of them says what contract to demand", None)
    try:
        with open(os.path.join(folder, schema), "rb") as file:
            # Of the raw bytes, includes not counted.
            computed = f"sha256:{hashlib.sha256(file.read()).hexdigest()}"
    except OSError as error:
        message = f'schema "{schema}" cannot be read: {describe_read_failure(error)}'
        raise ContractError(message, "schema") from None
    if contract_hash is not None and contract_hash != computed:
        message = f'contract_hash is {contract_hash}, but "{schema}" has {computed}: correct it, or leave it out'
        raise ContractError(message, "contract_hash")
    return computed
