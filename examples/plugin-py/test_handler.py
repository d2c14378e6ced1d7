"""The handler, called as a host calls it, without a process."""

from pluginart.testing import in_memory_pair

from handler import Handler
from plugins.echo.echo_client import EchoClient


def test_echo_upper_cases() -> None:
    """It answers in upper case, beyond ASCII too."""
    with in_memory_pair(Handler()) as caller:
        assert EchoClient(caller).echo(input="hello, grüße").output == "HELLO, GRÜSSE"
