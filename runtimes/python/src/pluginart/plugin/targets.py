"""What a call is answered by: the one raw handler, or a method of a service."""

import re
from collections.abc import Callable
from typing import Any, Protocol

from ..codec import streaming_not_callable
from ..errors import ConfigError, ErrorCode, PluginartError
from ..session import CallHead, IncomingCall, Service, ServiceMethod
from ..session.method import is_coroutine_function
from .handler_context import HandlerContext
from .served import AsyncRawHandler, RawHandler

_CONTRACT_HASH = re.compile(r"sha256:[\da-f]{64}", re.ASCII)


class Target(Protocol):
    """Turns a call into a handler's arguments, and what it returns into an answer."""

    name: str
    """The method's; empty for raw handlers."""
    is_async: bool
    handle: Callable[..., Any]

    def arguments(self, call: IncomingCall, payload: bytes, head: CallHead | None) -> tuple[Any, Any]:
        """Decode. Raises PluginartError INVALID_PAYLOAD."""
        ...

    def encode(self, value: Any, head: CallHead | None) -> bytes | bytearray:
        """Encode. Raises PluginartError INVALID_PAYLOAD."""
        ...


class Targets(Protocol):
    """Finds the target of a call."""

    contract_hash: str
    schema: str | None

    def find(self, payload: bytes) -> tuple[Target, CallHead | None]:
        """Read the head. Raises PluginartError INVALID_PAYLOAD or UNIMPLEMENTED."""
        ...


class RawTarget:
    """A handler of encoded payloads; its own only target."""

    name = ""

    def __init__(self, handler: RawHandler | AsyncRawHandler, contract_hash: str, schema: str | None) -> None:
        """Raises ConfigError where the hash is none."""
        if not _CONTRACT_HASH.fullmatch(contract_hash):
            raise ConfigError(
                f'contract_hash must be "sha256:" and 64 lowercase hex digits, not {contract_hash!r}: take '
                "CONTRACT_HASH of the generated contract.py"
            )
        self.contract_hash = contract_hash
        self.schema = schema
        self.handle: Callable[..., Any] = handler
        self.is_async = is_coroutine_function(handler)
        self._found: tuple[Target, CallHead | None] = (self, None)

    def find(self, payload: bytes) -> tuple[Target, CallHead | None]:
        """As `Targets`."""
        return self._found

    def arguments(self, call: IncomingCall, payload: bytes, head: CallHead | None) -> tuple[bytes, HandlerContext]:
        """As `Target`."""
        return payload, HandlerContext(call, "", None)

    def encode(self, value: Any, head: CallHead | None) -> bytes | bytearray:
        """As `Target`."""
        if isinstance(value, bytes | bytearray):
            return value
        if isinstance(value, memoryview):
            return bytes(value)
        message = f"the handler returned {type(value).__name__}, expected bytes"
        raise PluginartError(ErrorCode.INVALID_PAYLOAD, message)


class ServiceTargets:
    """The methods of a generated service."""

    def __init__(self, service: Service) -> None:
        self.contract_hash = service.contract_hash
        self.schema = service.schema
        self._service = service
        self._targets = {code: _MethodTarget(method) for code, method in service.methods.items()}

    def find(self, payload: bytes) -> tuple[Target, CallHead | None]:
        """As `Targets`."""
        head = self._service.read_head(payload)
        target = self._targets.get(head.code)
        if target is None:
            if head.code in self._service.streaming:
                raise streaming_not_callable(f"{self._service.name}.{self._service.streaming[head.code]}")
            message = f"{self._service.name} has no method with the type code {head.code}"
            if head.code == 0:
                message = "the call names no method: its payload has no type"
            raise PluginartError(ErrorCode.UNIMPLEMENTED, message)
        return target, head


class _MethodTarget:
    def __init__(self, method: ServiceMethod[Any, Any]) -> None:
        self.name = method.name
        self.is_async = method.is_async
        self.handle: Callable[..., Any] = method.handle
        self._decode_request = method.decode_request
        self._encode_response = method.encode_response

    def arguments(self, call: IncomingCall, payload: bytes, head: CallHead | None) -> tuple[Any, HandlerContext]:
        return self._decode_request(payload, 0 if head is None else head.payload), HandlerContext(call, self.name, head)

    def encode(self, value: Any, head: CallHead | None) -> bytes | bytearray:
        if value is None:
            message = f"the handler of {self.name} returned nothing, expected its response"
            raise PluginartError(ErrorCode.INVALID_PAYLOAD, message)
        return self._encode_response(value, 0 if head is None else head.request_id)
