"""Keeps forked children of the host from holding on to what belongs to their parent."""

import os
import weakref
from typing import Protocol


class Forkable(Protocol):
    """Holds descriptors that mean that its process lives."""

    def abandon(self) -> None:
        """Close them, in a forked child: they are the parent's. Must not touch what is shared with it."""
        ...


_holders: weakref.WeakSet[Forkable] = weakref.WeakSet()


def abandon_after_fork(holder: Forkable) -> None:
    """Have `holder.abandon` called in every child that this process forks, as long as the holder lives."""
    _holders.add(holder)


def _abandon_all() -> None:
    for holder in list(_holders):
        holder.abandon()
    _holders.clear()


# Where there is no fork, nothing is to be minded.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
