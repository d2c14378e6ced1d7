"""The secret shared with a remote plugin."""

import re
from collections.abc import Mapping

_is_token = re.compile(r"(?:[0-9a-fA-F]{2}){16,64}").fullmatch
"""What the plugin on the other side takes as PLUGIN_TOKEN: 16 to 64 bytes as hex."""


class TokenError(Exception):
    """Says what is wrong; never repeats the secret."""


def read_token(variable: str, environment: Mapping[str, str]) -> str:
    """Read the variable that `token_env` names. Raises TokenError."""
    value = environment.get(variable)
    if not value:
        raise TokenError(
            f"token_env names the variable {variable}, which is not set: put the plugin's PLUGIN_TOKEN in it"
        )
    if not _is_token(value):
        raise TokenError(
            f"token_env names the variable {variable}, which does not hold 16 to 64 bytes as hex digits: "
            "`openssl rand -hex 32` makes a secret for both sides"
        )
    return value
