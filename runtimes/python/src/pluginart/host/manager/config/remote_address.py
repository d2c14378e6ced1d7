"""Addresses of remote plugins."""

import ipaddress
import re

ADDRESS_PATTERN = r"^(\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^\s:/\[\]@]+)):([0-9]{1,5})$"
"""What an address looks like, in the JSON Schema."""

_address = re.compile(ADDRESS_PATTERN, re.ASCII).fullmatch


def parse_remote_address(text: str) -> tuple[str, int] | None:
    """Read ``host:port``, an IPv6 address being in brackets, which the host comes back without; None = no address."""
    found = _address(text)
    if found is None or not 1 <= int(found[4]) <= 65_535:
        return None
    if found[2] is not None:
        try:
            ipaddress.IPv6Address(found[2])
        except ValueError:
            return None
    return found[2] or found[3], int(found[4])


def is_loopback(host: str) -> bool:
    """Return whether bytes to this host stay on this machine."""
    return host in ("localhost", "::1") or re.fullmatch(r"127(\.[0-9]{1,3}){3}", host) is not None
