"""How deep messages go."""

MAX_DEPTH = 64
"""Tables within tables, the root being the first. Deeper messages are neither written nor read."""
