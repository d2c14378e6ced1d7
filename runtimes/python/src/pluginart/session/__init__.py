"""Carries calls over one connection, without I/O of its own."""

from ..codec.envelope import CallEnvelope, CallHead
from .accept_plugin_session import accept_plugin_session
from .call_context import CallContext
from .caller import DEFAULT, AsyncCaller, Caller, Timeout
from .host_session import HostSession, HostSessionOptions, PeerDescription
from .incoming_call import ArrivedCall, CallHandler, CallSource, IncomingCall
from .link import Link, LinkSink
from .metadata import CallMetadata
from .method import Method, Service, ServiceMethod
from .open_host_session import open_host_session
from .plugin_session import PluginSession, PluginSessionOptions

__all__ = [
    "DEFAULT",
    "ArrivedCall",
    "AsyncCaller",
    "CallContext",
    "CallEnvelope",
    "CallHandler",
    "CallHead",
    "CallMetadata",
    "CallSource",
    "Caller",
    "HostSession",
    "HostSessionOptions",
    "IncomingCall",
    "Link",
    "LinkSink",
    "Method",
    "PeerDescription",
    "PluginSession",
    "PluginSessionOptions",
    "Service",
    "ServiceMethod",
    "Timeout",
    "accept_plugin_session",
    "open_host_session",
]
