"""What the plugin does."""

from pluginart import CallContext

from plugin import values
from plugin.echo_service import EchoService


class Handler(EchoService):
    """Upper-cases what it is told."""

    def echo(self, request: values.EchoRequestT, call: CallContext) -> values.EchoResponseT:
        """Answers with its input in upper case."""
        return values.EchoResponseT(output=request.input.upper())
