"""Serves a plugin as its host asked."""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import current_thread, main_thread
from types import FrameType

from ..errors import ConfigError, PluginartError
from ..transport import Listener, listen_tcp, listen_unix, parse_address
from ..wire.limits import DEFAULT_MAX_CONCURRENT_CALLS, DEFAULT_MAX_MESSAGE_BYTES
from .dispatcher import Dispatcher, OnHandlerError
from .launch_environment import OWN_LAUNCH, LaunchEnvironment
from .lifeline import watch_lifeline
from .plugin_server import PluginServer, PluginServerOptions
from .served import AsyncRawHandler, RawHandler, ServedBy
from .targets import RawTarget, ServiceTargets, Targets

# How long handlers may go on after the host is gone, and after all that was owed was answered.
_GRACE_SECONDS = 0.5


def report_handler_error(error: BaseException, method: str) -> None:
    """Write the traceback to stderr: the caller gets the message only."""
    of_method = f" of {method}" if method else ""
    text = "".join(traceback.format_exception(error))
    sys.stderr.write(f"pluginart: the handler{of_method} failed: {text}")


def serve(
    served: RawHandler | AsyncRawHandler | ServedBy,
    contract_hash: str | None = None,
    *,
    schema: str | None = None,
    workers: int | None = None,
    max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
    max_concurrent_calls: int = DEFAULT_MAX_CONCURRENT_CALLS,
    on_handler_error: OnHandlerError | None = report_handler_error,
) -> None:
    """Serve until SIGTERM or SIGINT, then answer what is open and return. The last line of most plugins.

    Listens where ``PLUGIN_SOCKET`` or ``PLUGIN_ADDR`` says, prints READY, answers calls. Started by hand, without these
    variables, it says how to be run and exits with 2. A second signal ends the process at once.

    `served`: a generated service, or a handler of encoded payloads, which may be a coroutine function.
    `contract_hash`: for handlers, ``CONTRACT_HASH`` of the generated code. `schema`: for handlers, the schema's text,
    for tools. `workers`: how many handlers that are no coroutines run at once, each in its thread; default CPUs + 4,
    at most 32. `max_message_bytes`: the largest request, default 4,194,304. `max_concurrent_calls`: of each host, open
    at once, default 256. `on_handler_error`: told of what a handler raised, unless it is a PluginError or the call had
    been given up on; default: the traceback, on stderr.

    Raises ConfigError: PLUGIN_ADDR, PLUGIN_TOKEN or an argument is malformed; TransportError: the address cannot be
    bound.
    """
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(
            serve_async(
                served,
                contract_hash,
                schema=schema,
                workers=workers,
                max_message_bytes=max_message_bytes,
                max_concurrent_calls=max_concurrent_calls,
                on_handler_error=on_handler_error,
            )
        )
    finally:
        # Not asyncio.run, which waits for ever for a task that does not take its cancellation.
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=_GRACE_SECONDS))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def serve_async(
    served: RawHandler | AsyncRawHandler | ServedBy,
    contract_hash: str | None = None,
    *,
    schema: str | None = None,
    workers: int | None = None,
    max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
    max_concurrent_calls: int = DEFAULT_MAX_CONCURRENT_CALLS,
    on_handler_error: OnHandlerError | None = report_handler_error,
) -> None:
    """As `serve`, on the running loop. Cancelled, it ends as on SIGTERM, and is cancelled then.

    Signals are minded in the main thread only.
    """
    dispatcher = make_dispatcher(served, contract_hash, schema, workers, on_handler_error)
    if isinstance(OWN_LAUNCH, ConfigError):
        raise OWN_LAUNCH
    if OWN_LAUNCH.socket_path is None and OWN_LAUNCH.address is None:
        sys.stderr.write(_how_to_run(dispatcher.contract_hash))
        raise SystemExit(2)
    if OWN_LAUNCH.has_foreign_token:
        sys.stderr.write(
            "pluginart: PLUGIN_TOKEN is not meant for this address and was ignored (see PLUGIN_TOKEN_FOR)\n"
        )
    options = PluginServerOptions(
        token=OWN_LAUNCH.token,
        max_message_bytes=max_message_bytes,
        max_concurrent_calls=max_concurrent_calls,
        on_connection_error=_report,
    )
    server = PluginServer(dispatcher, options)
    listener = _listen(OWN_LAUNCH, server)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    restore_signals = _on_signals(lambda: loop.call_soon_threadsafe(stop.set))
    try:
        if OWN_LAUNCH.lifeline:
            _end_with_host(loop, listener, server)
        _announce_ready()
        await stop.wait()
    finally:
        listener.close()
        await _uncancelled(server.drain())
        await _uncancelled(server.destroy())
        dispatcher.stop(_GRACE_SECONDS)
        restore_signals()


def make_dispatcher(
    served: RawHandler | AsyncRawHandler | ServedBy,
    contract_hash: str | None,
    schema: str | None,
    workers: int | None,
    on_handler_error: OnHandlerError | None,
) -> Dispatcher:
    """What takes the calls. Raises ConfigError."""
    targets: Targets
    describe = getattr(served, "__pluginart_service__", None)
    if describe is not None:
        targets = ServiceTargets(describe())
    elif not callable(served):
        raise ConfigError(f"serve takes a generated service or a handler, not {type(served).__name__}")
    elif contract_hash is None:
        raise ConfigError("serve(handler) needs contract_hash: pass CONTRACT_HASH of the generated contract.py")
    else:
        targets = RawTarget(served, contract_hash, schema)
    if workers is None:
        workers = min(32, (os.cpu_count() or 1) + 4)
    if workers < 1:
        raise ConfigError(f"workers must be at least 1, not {workers}")
    return Dispatcher(targets, workers, on_handler_error)


def _listen(launch: LaunchEnvironment, server: PluginServer) -> Listener:
    if launch.socket_path is not None:
        return listen_unix(launch.socket_path, server.accept)
    return listen_tcp(parse_address(launch.address or ""), server.accept)


def _announce_ready() -> None:
    """One write, with a line feed before: a line that somebody left unfinished must not hide it (S5)."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    os.write(1, b"\nREADY\n")


def _on_signals(stop: Callable[[], object]) -> Callable[[], None]:
    """Call `stop` at the first SIGTERM or SIGINT, and exit at the second; returns what undoes that."""
    if current_thread() is not main_thread():
        return lambda: None
    signalled = False

    def on_signal(number: int, _frame: FrameType | None) -> None:
        nonlocal signalled
        if signalled:
            os._exit(128 + number)
        signalled = True
        stop()

    # Not the loop's own, which a handler that keeps the loop busy would hold up.
    previous = [(number, signal.signal(number, on_signal)) for number in (signal.SIGTERM, signal.SIGINT)]

    def restore() -> None:
        for number, handler in previous:
            signal.signal(number, handler)

    return restore


def _end_with_host(loop: asyncio.AbstractEventLoop, listener: Listener, server: PluginServer) -> None:
    def on_end() -> None:
        listener.remove_file()
        asyncio.run_coroutine_threadsafe(server.destroy(), loop)

    watch_lifeline(0, on_end, _GRACE_SECONDS)


async def _uncancelled(ending: Awaitable[None]) -> None:
    """Wait for it although this task is cancelled, and cancelled again."""
    task = asyncio.ensure_future(ending)
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)


def _report(error: PluginartError) -> None:
    sys.stderr.write(f"pluginart: {error.message}\n")


def _how_to_run(contract_hash: str) -> str:
    script = sys.argv[0] or "plugin.py"
    return "\n".join(
        [
            f"This is a pluginart plugin (contract {contract_hash}). A host starts it; it has no use by itself.",
            "",
            "To run it by hand, for instance under a debugger, give it an address:",
            f"  PLUGIN_ADDR=127.0.0.1:9000 python {script}",
            "and in the host's pluginart.toml:",
            '  type = "remote"',
            '  address = "127.0.0.1:9000"',
            "",
        ]
    )
