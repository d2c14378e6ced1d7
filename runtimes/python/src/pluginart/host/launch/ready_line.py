"""Finds READY in what a plugin prints."""

from collections.abc import Callable


class ReadyLine:
    r"""Finds READY, alone on a line, in a plugin's stdout and hands everything else on.

    The empty line before it is swallowed with it: plugins print "\nREADY\n" lest an unfinished line of theirs hides
    the word.
    """

    def __init__(self, on_ready: Callable[[], None], on_line: Callable[[str, bool], None]) -> None:
        self._on_ready = on_ready
        self._on_line = on_line
        self._seen = False
        self._empty_line_held = False

    def line(self, text: str, whole: bool) -> None:
        """Take a line, or a piece of one."""
        if self._seen:
            self._on_line(text, whole)
        elif whole and text.strip() == "READY":
            self._empty_line_held = False
            self._seen = True
            self._on_ready()
        else:
            self.end()
            if whole and not text:
                self._empty_line_held = True
            else:
                self._on_line(text, whole)

    def end(self) -> None:
        """Hand on what is held: the stream is over, or its next line has come."""
        if self._empty_line_held:
            self._empty_line_held = False
            self._on_line("", True)
