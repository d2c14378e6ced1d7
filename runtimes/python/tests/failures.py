"""What something fails with."""

from collections.abc import Awaitable
from typing import Any

import pytest

from pluginart.errors import PluginartError


async def failure_of(awaitable: Awaitable[Any]) -> PluginartError:
    """The error that it raises, which it has to."""
    with pytest.raises(PluginartError) as caught:
        await awaitable
    return caught.value
