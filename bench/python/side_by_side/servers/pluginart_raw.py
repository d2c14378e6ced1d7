"""A plugin that sends back what it gets."""

from pluginart import CallContext, serve

from side_by_side.contract import CONTRACT_HASH


def echo(payload: bytes, call: CallContext) -> bytes:
    """Answer."""
    return payload


serve(echo, CONTRACT_HASH)
