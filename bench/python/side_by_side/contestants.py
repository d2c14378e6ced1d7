"""Who is compared: each makes a number of callers, whose calls are counted for a while."""

import asyncio
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable

import grpc  # type: ignore[import-untyped]
import pluginart

from .contract import CONTRACT_HASH
from .framing import receive_whole, send_whole
from .generated.echo_client import EchoClient
from .grpc_method import METHOD, NO_LIMIT

Call = Callable[[], object]
CallsAndClose = tuple[Callable[[], Call], Callable[[], None]]
AsyncCallAndClose = tuple[Callable[[], Awaitable[object]], Callable[[], Awaitable[None]]]


class Contestant(ABC):
    """One way to send bytes there and back."""

    name: str
    server: str
    """The module of its server."""
    most_callers = 64

    @abstractmethod
    def run(self, socket_path: str, callers: int, size: int, seconds: float) -> float:
        """Call for so many seconds from so many callers at once, and return the calls per second."""
        ...


class Threads(Contestant):
    """Each caller is a thread."""

    @abstractmethod
    def open(self, socket_path: str, size: int) -> CallsAndClose:
        """Connect; return what makes a caller's call, and what closes."""
        ...

    def run(self, socket_path: str, callers: int, size: int, seconds: float) -> float:
        """As `Contestant`."""
        make, close = self.open(socket_path, size)
        calls = [make() for _ in range(callers)]
        for call in calls:
            call()
        counts = [0] * callers

        def repeat(index: int, until: float) -> None:
            call, count = calls[index], 0
            while time.perf_counter() < until:
                call()
                count += 1
            counts[index] = count

        started = time.perf_counter()
        if callers == 1:
            repeat(0, started + seconds)
        else:
            threads = [threading.Thread(target=repeat, args=(n, started + seconds)) for n in range(callers)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        rate = sum(counts) / (time.perf_counter() - started)
        close()
        return rate


class Tasks(Contestant):
    """Each caller is a task of one event loop."""

    @abstractmethod
    async def open(self, socket_path: str, size: int) -> AsyncCallAndClose:
        """Connect; return the call, and what closes."""
        ...

    def run(self, socket_path: str, callers: int, size: int, seconds: float) -> float:
        """As `Contestant`."""
        return asyncio.run(self._run(socket_path, callers, size, seconds))

    async def _run(self, socket_path: str, callers: int, size: int, seconds: float) -> float:
        call, close = await self.open(socket_path, size)
        await call()
        started = time.perf_counter()

        async def repeat() -> int:
            count = 0
            while time.perf_counter() < started + seconds:
                await call()
                count += 1
            return count

        counts = await asyncio.gather(*(repeat() for _ in range(callers)))
        rate = sum(counts) / (time.perf_counter() - started)
        await close()
        return rate


_PIECE = 65_536
"""Both sides would wait for the other to read, if more were under way than their sockets hold."""


class RawSocket(Threads):
    """Bytes over a Unix socket, echoed as they come; answers are told apart by counting."""

    name, server, most_callers = "raw socket", "raw", 1

    def open(self, socket_path: str, size: int) -> CallsAndClose:
        """As `Threads`."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(socket_path)
        payload = bytes(size)

        pieces = [payload[at : at + _PIECE] for at in range(0, size, _PIECE)]

        def call() -> None:
            for piece in pieces:
                connection.sendall(piece)
                missing = len(piece)
                while missing:
                    missing -= len(connection.recv(missing))

        return lambda: call, connection.close


class WholeSocket(Threads):
    """The same with a length before each message, held on both sides until it is whole."""

    name, server, most_callers = "raw socket, whole", "whole", 1

    def open(self, socket_path: str, size: int) -> CallsAndClose:
        """As `Threads`."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(socket_path)
        payload = bytes(size)

        def call() -> bytes | None:
            send_whole(connection, payload)
            return receive_whole(connection)

        return lambda: call, connection.close


class PluginartRaw(Threads):
    """`client.call(payload)`."""

    name, server = "pluginart raw", "pluginart_raw"

    def open(self, socket_path: str, size: int) -> CallsAndClose:
        """As `Threads`."""
        client = pluginart.connect(socket_path, contract_hash=CONTRACT_HASH)
        payload = bytes(size)
        return lambda: lambda: client.call(payload), client.close


class PluginartTyped(Threads):
    """`echo.echo(input=...)`: a string, encoded and decoded on both sides."""

    name, server = "pluginart typed", "pluginart_typed"

    def open(self, socket_path: str, size: int) -> CallsAndClose:
        """As `Threads`."""
        from .generated.contract import CONTRACT_HASH as ECHO

        client = pluginart.connect(socket_path, contract_hash=ECHO)
        echo, text = EchoClient(client), "x" * size
        return lambda: lambda: echo.echo(input=text), client.close


class PluginartTasks(Tasks):
    """`await client.call(payload)`."""

    name, server = "pluginart raw, asyncio", "pluginart_raw"

    async def open(self, socket_path: str, size: int) -> AsyncCallAndClose:
        """As `Tasks`."""
        client = await pluginart.connect_async(socket_path, contract_hash=CONTRACT_HASH)
        payload = bytes(size)
        return lambda: client.call(payload), client.close


class GrpcThreads(Threads):
    """A unary call of bytes over a Unix socket, without TLS."""

    name, server = "grpcio", "grpc_threads"

    def open(self, socket_path: str, size: int) -> CallsAndClose:
        """As `Threads`."""
        channel = grpc.insecure_channel(f"unix:{socket_path}", options=NO_LIMIT)
        method, payload = channel.unary_unary(METHOD), bytes(size)
        return lambda: lambda: method(payload), channel.close


class GrpcTasks(Tasks):
    """The same with asyncio on both sides."""

    name, server = "grpcio, asyncio", "grpc_asyncio"

    async def open(self, socket_path: str, size: int) -> AsyncCallAndClose:
        """As `Tasks`."""
        from grpc import aio

        channel = aio.insecure_channel(f"unix:{socket_path}", options=NO_LIMIT)
        method, payload = channel.unary_unary(METHOD), bytes(size)

        async def call() -> object:
            return await method(payload)

        return call, channel.close


CONTESTANTS: list[Contestant] = [
    RawSocket(),
    WholeSocket(),
    PluginartRaw(),
    PluginartTyped(),
    PluginartTasks(),
    GrpcThreads(),
    GrpcTasks(),
]
