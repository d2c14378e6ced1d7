"""What the plugin does."""

from pluginart import CallContext, PluginError

from plugin import values
from plugin.repeat_service import RepeatService

MAX_OUTPUT_BYTES = 4_000_000
"""Leaves room for the answer's own few bytes in a message of 4 MiB."""


class Handler(RepeatService):
    """Repeats its input as often as asked."""

    def repeat(self, request: values.RepeatRequestT, call: CallContext) -> values.RepeatResponseT:
        """Answers with the input `count` times over, or refuses what would get too long."""
        length = len(request.input.encode()) * request.count
        if length > MAX_OUTPUT_BYTES:
            raise PluginError(f"{request.count} times this input is {length} bytes; the most is {MAX_OUTPUT_BYTES}")
        return values.RepeatResponseT(output=request.input * request.count)
