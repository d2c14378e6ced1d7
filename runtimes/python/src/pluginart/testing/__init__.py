"""Tests of handlers without a process."""

from .in_memory_pair import in_memory_pair, in_memory_pair_async

__all__ = ["in_memory_pair", "in_memory_pair_async"]
