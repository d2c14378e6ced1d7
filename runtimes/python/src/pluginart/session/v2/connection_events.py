"""What a connection tells the session that it belongs to."""

from ...errors import PluginartError


class ConnectionEvents:
    """What a session does about a connection's fate, with the lock held."""

    def on_lost(self, loss: PluginartError) -> None:
        """Once, at once, when the connection can carry nothing more."""

    def on_goaway(self, reason: PluginartError) -> None:
        """The peer takes no more calls."""

    def describe_self(self) -> bytes | None:
        """Bytes of this side's DESCRIPTION; None on a host."""
        return None

    def after_read(self) -> None:
        """Called without the lock, after each read."""
