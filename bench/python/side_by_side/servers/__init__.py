"""The servers of the contestants, each a process of its own."""
