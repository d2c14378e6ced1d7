"""One connection to one plugin, for direct use: no process, no restarts."""

from .async_client import AsyncClient
from .client import Client
from .connect import connect, connect_async

__all__ = ["AsyncClient", "Client", "connect", "connect_async"]
