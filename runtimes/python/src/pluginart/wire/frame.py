"""What a decoder gives."""

Frame = tuple[int, int, int, int, int, bytes]
"""One received frame of either version: type, flags, bytes of metadata, stream, arg, payload.

The payload, metadata first, is a copy of its own. Flags, metadata, stream and arg are 0 in version 1. A plain
tuple, for there are hundreds of thousands of them a second.
"""
