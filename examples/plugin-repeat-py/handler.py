"""What the plugin does."""

from pluginart import CallContext, PluginError

from plugin import values
from plugin.repeat_service import RepeatService

MAX_OUTPUT_BYTES = 4_000_000
"""Room for the answer's own few bytes in a message of 4 MiB."""


class Handler(RepeatService):
    """Repeats its input, and refuses where that gets too long."""

    def repeat(self, request: values.RepeatRequestT, call: CallContext) -> values.RepeatResponseT:
        """Answers with the input as often as asked, without anything between."""
        size = len(request.input.encode()) * request.count
        if size > MAX_OUTPUT_BYTES:
            message = f"{request.count} times this input is {size} bytes; the most is {MAX_OUTPUT_BYTES}"
            raise PluginError(message)
        return values.RepeatResponseT(output=request.input * request.count)
