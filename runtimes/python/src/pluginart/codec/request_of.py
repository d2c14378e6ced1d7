"""What generated clients make a request of."""

from collections.abc import Callable
from typing import Any, TypeVar

Request = TypeVar("Request")


def request_of(make: Callable[..., Request], request: tuple[Request, ...], fields: dict[str, Any]) -> Request:
    """Return the one request, or make one of its fields. Raises TypeError where both or neither are given."""
    if not request:
        return make(**fields)
    if fields or len(request) > 1:
        raise TypeError("a call takes one request, or its fields by name")
    return request[0]
