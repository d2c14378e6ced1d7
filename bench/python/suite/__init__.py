"""The Python runtime in its three roles."""
