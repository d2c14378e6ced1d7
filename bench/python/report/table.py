"""Tables of text."""

from collections.abc import Sequence


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay rows out under their titles: the first column to the left, others to the right."""
    lines = [titles, ["-" * len(title) for title in titles], *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]

    def lay_out(cells: Sequence[str]) -> str:
        first, *others = cells
        right = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        return "  ".join([first.ljust(widths[0]), *right]).rstrip()

    return "\n".join(lay_out(line) for line in lines)


def seconds(value: float) -> str:
    """Write a time as a person reads it: ``12.3 µs``, ``1.20 ms``."""
    return f"{value * 1e6:.1f} µs" if value < 1e-3 else f"{value * 1e3:.2f} ms"
