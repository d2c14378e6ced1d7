"""A plugin of examples/schema/echo.fbs that sends back what it gets."""

from pluginart import CallContext, serve

from side_by_side.generated import values
from side_by_side.generated.echo_service import EchoService


class Echo(EchoService):
    """Sends back what it gets."""

    def echo(self, request: values.EchoRequestT, call: CallContext) -> values.EchoResponseT:
        """Answer."""
        return values.EchoResponseT(output=request.input)


serve(Echo())
