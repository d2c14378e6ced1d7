"""What waits for a peer that reads slowly. PROTOCOL.md, V2-Q4."""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from .outbox import MAX_QUEUED_ANSWER_BYTES, Outbox


class HeldCall(Protocol):
    """A call that may have to wait."""

    go_on: Callable[[], object] | None
    """What it goes on with; None where it does not wait."""


class HeldCalls:
    """Answers that handlers gave, and calls that no handler has yet.

    A peer that reads slowly holds up its own calls, and they are no more than it may have open. Every method needs the
    link's lock.
    """

    __slots__ = ("_answers", "_calls", "_outbox")

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._answers: deque[HeldCall] = deque()
        self._calls: deque[HeldCall] = deque()

    @property
    def holds_answers(self) -> bool:
        """Whether answers wait."""
        return bool(self._answers) or not self._has_room()

    @property
    def holds_calls(self) -> bool:
        """Whether calls wait."""
        return bool(self._calls) or self.holds_answers

    def hold_answer(self, call: HeldCall, go_on: Callable[[], object]) -> None:
        """Go on with it once there is room."""
        self._hold(self._answers, call, go_on)

    def hold_call(self, call: HeldCall, go_on: Callable[[], object]) -> None:
        """Go on with it once there is room and no answer waits."""
        self._hold(self._calls, call, go_on)

    def clear(self) -> None:
        """Forget all that waits."""
        self._answers.clear()
        self._calls.clear()

    def _has_room(self) -> bool:
        return self._outbox.queued_bytes <= MAX_QUEUED_ANSWER_BYTES

    def _hold(self, queue: deque[HeldCall], call: HeldCall, go_on: Callable[[], object]) -> None:
        call.go_on = go_on
        queue.append(call)
        self._outbox.on_room = self._release

    def _release(self) -> None:
        for queue in (self._answers, self._calls):
            while queue and self._has_room():
                call = queue.popleft()
                go_on, call.go_on = call.go_on, None
                if go_on is not None:
                    go_on()
        if self._answers or self._calls:
            self._outbox.on_room = self._release
