"""What the plugin does."""

from pluginart import CallContext

from plugin import values
from plugin.echo_service import EchoService


class Handler(EchoService):
    """Answers in upper case."""

    def echo(self, request: values.EchoRequestT, call: CallContext) -> values.EchoResponseT:
        """Answers with what it was told, in its own way."""
        return values.EchoResponseT(output=request.input.upper())
