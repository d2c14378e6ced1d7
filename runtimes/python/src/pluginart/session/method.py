"""One method of a schema, as a caller and as a service see it. Generated code makes them."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from ..codec.envelope import CallEnvelope, CallHead

if TYPE_CHECKING:
    from .call_context import CallContext

Request = TypeVar("Request")
Response = TypeVar("Response")

Streaming = Literal["none", "client", "server", "both"]
"""Whether a method's request, its response, or both are streams of messages."""


@dataclass(frozen=True, slots=True)
class Method(Generic[Request, Response]):
    """One method as a caller sees it."""

    name: str
    """As the schema declares it: ``Echo``."""
    service: str
    contract_hash: str
    idempotent: bool
    """A retry is safe even when the request may have arrived."""
    streaming: Streaming
    encode_call: Callable[[Request, CallEnvelope], bytes | bytearray]
    """Encodes one ``CallRequest``. Raises INVALID_PAYLOAD."""
    decode_response: Callable[[bytes], Response]
    """Decodes one ``CallResponse``. Raises INVALID_PAYLOAD."""


@dataclass(frozen=True, slots=True)
class ServiceMethod(Generic[Request, Response]):
    """One method with its implementation."""

    name: str
    decode_request: Callable[[bytes, int], Request]
    """Decodes the payload's table, which lies at a position of a ``CallRequest``. Raises INVALID_PAYLOAD."""
    encode_response: Callable[[Response, int], bytes | bytearray]
    """Encodes one ``CallResponse`` with the request id of the call. Raises INVALID_PAYLOAD."""
    handle: "Callable[[Request, CallContext], Response | Awaitable[Response]]"
    is_async: bool
    """Whether `handle` is a coroutine function: those run on the event loop, others in a pool of threads."""

    @staticmethod
    def of(
        name: str,
        handle: "Callable[[Request, CallContext], Response | Awaitable[Response]]",
        decode_request: Callable[[bytes, int], Request],
        encode_response: Callable[[Response, int], bytes | bytearray],
    ) -> "ServiceMethod[Any, Any]":
        """Make one, and find out what kind of function its implementation is."""
        return ServiceMethod(name, decode_request, encode_response, handle, is_coroutine_function(handle))


@dataclass(frozen=True, slots=True)
class Service:
    """What a generated service becomes for those who serve it."""

    name: str
    contract_hash: str
    schema: str | None
    """The schema's text, for tools that ask the running plugin."""
    methods: dict[int, ServiceMethod[Any, Any]]
    """By type code."""
    read_head: Callable[[bytes], CallHead]
    """Reads the head of one ``CallRequest``. Raises INVALID_PAYLOAD."""
    streaming: Mapping[int, str] = field(default_factory=dict)
    """The names of streaming methods, by type code. They are not callable yet."""


def is_coroutine_function(handler: Callable[..., Any]) -> bool:
    """Whether calling it gives a coroutine: an async function, a partial of one, or an object with such a call."""
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(getattr(handler, "__call__", None))  # noqa: B004
