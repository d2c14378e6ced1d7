"""A client and a service joined in this process, for tests of handlers: no process, no socket file, no port."""

import asyncio

from ..client import AsyncClient, Client
from ..plugin import AsyncRawHandler, PluginServer, PluginServerOptions, RawHandler, ServedBy
from ..plugin.serve import make_dispatcher, report_handler_error
from ..session import HostSession, HostSessionOptions, open_host_session
from ..session.host_session import DEFAULT_CALL_TIMEOUT
from ..transport import LoopThread, memory_links


def in_memory_pair(
    served: RawHandler | AsyncRawHandler | ServedBy,
    contract_hash: str | None = None,
    *,
    workers: int | None = None,
    call_timeout: float | None = DEFAULT_CALL_TIMEOUT,
) -> Client:
    """A client of `served`, which is what `serve` takes. Closing it ends the service.

    Calls go through the protocol, as between processes. Raises ConfigError.
    """
    thread = LoopThread("pluginart-memory")
    try:
        client, session = thread.run(_join(served, contract_hash, workers, call_timeout))
        return Client(client, session, thread)
    except BaseException:
        thread.stop()
        raise


async def in_memory_pair_async(
    served: RawHandler | AsyncRawHandler | ServedBy,
    contract_hash: str | None = None,
    *,
    workers: int | None = None,
    call_timeout: float | None = DEFAULT_CALL_TIMEOUT,
) -> AsyncClient:
    """As `in_memory_pair`, on the running loop."""
    client, _ = await _join(served, contract_hash, workers, call_timeout)
    return client


async def _join(
    served: RawHandler | AsyncRawHandler | ServedBy,
    contract_hash: str | None,
    workers: int | None,
    call_timeout: float | None,
) -> tuple[AsyncClient, HostSession]:
    loop = asyncio.get_running_loop()
    dispatcher = make_dispatcher(served, contract_hash, None, workers, report_handler_error)
    server = PluginServer(dispatcher, PluginServerOptions())
    near, far = memory_links(loop, loop)
    server.accept(far)
    options = HostSessionOptions(
        plugin_name="memory", contract_hash=dispatcher.contract_hash, call_timeout=call_timeout
    )
    session = await open_host_session(near, options)

    async def end() -> None:
        await server.destroy()
        dispatcher.stop(0.5)

    return AsyncClient(session, near, end), session
