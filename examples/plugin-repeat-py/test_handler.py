"""The handler, called as a host calls it, without a process."""

from collections.abc import Iterator

import pytest
from pluginart import PluginError
from pluginart.testing import in_memory_pair

from handler import Handler
from plugins.repeat.repeat_client import RepeatClient


@pytest.fixture
def repeat() -> Iterator[RepeatClient]:
    """A client of the handler."""
    with in_memory_pair(Handler()) as caller:
        yield RepeatClient(caller)


def test_it_repeats(repeat: RepeatClient) -> None:
    """As often as asked; not at all where the count is left out."""
    assert repeat.repeat(input="ab", count=3).output == "ababab"
    assert repeat.repeat(input="ab").output == ""


def test_what_would_get_too_long_is_refused(repeat: RepeatClient) -> None:
    """Before the memory for it is taken, and the caller reads why."""
    why = "^4000000000 times this input is 8000000000 bytes; the most is 4000000$"
    with pytest.raises(PluginError, match=why) as raised:
        repeat.repeat(input="ab", count=4_000_000_000)
    assert raised.value.origin == "remote"
