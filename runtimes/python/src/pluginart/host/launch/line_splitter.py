"""Bytes in, lines out."""

from collections.abc import Callable

MAX_PIECE_BYTES = 65_536
"""Longer lines are handed on in pieces of this size, so that a plugin without newlines cannot fill the host."""


class LineSplitter:
    """Splits bytes, however they are cut, into lines. Decodes UTF-8; tears no character between two pieces."""

    def __init__(self, on_line: Callable[[str, bool], None]) -> None:
        self._on_line = on_line
        self._held = bytearray()
        """The beginning of a line whose end has not come yet."""
        self._torn = False
        """A piece of the current line has been handed on already."""

    def push(self, chunk: bytes) -> None:
        """Take what was read."""
        at = 0
        while (newline := chunk.find(b"\n", at)) >= 0:
            if self._held or newline - at > MAX_PIECE_BYTES:
                self._hold(chunk, at, newline)
                self._finish_line(bytes(self._held))
                self._held.clear()
            else:
                self._finish_line(chunk[at:newline])
            at = newline + 1
        self._hold(chunk, at, len(chunk))

    def end(self) -> None:
        """Take what is held for the last line: the stream is over."""
        if self._held:
            self._finish_line(bytes(self._held))
        self._held.clear()

    def _finish_line(self, line: bytes) -> None:
        whole = not self._torn
        self._torn = False
        self._on_line(line.removesuffix(b"\r").decode("utf-8", "replace"), whole)

    def _hold(self, chunk: bytes, at: int, end: int) -> None:
        while at < end:
            taken = min(MAX_PIECE_BYTES - len(self._held), end - at)
            self._held += chunk[at : at + taken]
            at += taken
            if len(self._held) == MAX_PIECE_BYTES:
                self._hand_on_piece()

    def _hand_on_piece(self) -> None:
        cut = _last_character_boundary(self._held)
        self._torn = True
        self._on_line(self._held[:cut].decode("utf-8", "replace"), False)
        del self._held[:cut]


def _last_character_boundary(held: bytearray) -> int:
    """Return the largest length at which no UTF-8 sequence is cut; the whole length where this is not UTF-8."""
    length = len(held)
    for back in range(1, 5):
        byte = held[length - back]
        if byte & 0xC0 == 0x80:
            continue
        sequence = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return length - back if sequence > back else length
    return length
