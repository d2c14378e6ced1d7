"""Runs handlers in threads: each call in one of the pool, or, where they are quick, all in the thread that reads.

Handing a call to another thread costs more than a quick handler does. So once the last handlers were quick, a thread
of the pool leads: it reads the connection itself and runs the handlers in place. A timer on the event loop watches:
where a handler keeps its leader, the loop reads again, and the pool takes over what was waiting.
"""

from _thread import allocate_lock, get_ident
from collections import deque
from collections.abc import Callable
from time import perf_counter

from ..session import CallHead, CallSource, IncomingCall
from .quickness import Quickness
from .targets import Target
from .worker_pool import WorkerPool

Job = tuple[IncomingCall, bytes, Target, CallHead | None]

_WATCH_SECONDS = 0.005
# Answers are kept back so long at most, to leave in one write.
_HOLD_SECONDS = 0.001


class Leaders:
    """Belongs to one event loop."""

    def __init__(self, pool: WorkerPool, quickness: Quickness, run: Callable[[Job], None]) -> None:
        """`run` must not raise."""
        self._pool = pool
        self._quickness = quickness
        self._run = run
        # By source. Changed on the loop only, or by the leader itself.
        self._leading: dict[CallSource, _Leader] = {}
        self._watching = False

    def on_jobs(self, jobs: list[Job], source: CallSource) -> None:
        """Run what one read brought, in the thread that read it or in others."""
        leader = self._leading.get(source)
        if leader is not None and leader.thread == get_ident() and not leader.deposed:
            leader.run_here(jobs)
        elif leader is None and self._may_lead(source):
            self._leading[source] = leader = _Leader(self, source, jobs)
            self._watch(source)
            self._pool.submit(leader.lead)
        else:
            for job in jobs:
                self.hand_out(job)

    def hand_out(self, job: Job) -> None:
        """Run a call in a thread of the pool."""
        self._pool.submit(lambda: self.run_timed(job))

    def run_timed(self, job: Job) -> float:
        """Run a call in this thread; returns when it ended."""
        started = perf_counter()
        self._run(job)
        ended = perf_counter()
        self._quickness.took(ended - started)
        return ended

    def resign(self, leader: "_Leader") -> None:
        """A leader has come back."""
        if self._leading.get(leader.source) is leader:
            del self._leading[leader.source]

    def _may_lead(self, source: CallSource) -> bool:
        # One thread at least must be left for what leaders hand out.
        return (
            self._quickness.is_quick
            and len(self._leading) < self._pool.size - 1
            and source.link.is_on_loop()
            and source.link.can_lead
        )

    def _watch(self, source: CallSource) -> None:
        if not self._watching:
            self._watching = True
            source.link.later(_WATCH_SECONDS, lambda: self._look_after(source))

    def _look_after(self, source: CallSource) -> None:
        now = perf_counter()
        for leader in list(self._leading.values()):
            if leader.busy_since and now - leader.busy_since >= _WATCH_SECONDS:
                self.resign(leader)
                self._quickness.was_stuck()
                leader.depose()
        self._watching = False
        if self._leading:
            self._watch(source)


class _Leader:
    def __init__(self, leaders: Leaders, source: CallSource, jobs: list[Job]) -> None:
        self.source = source
        self.thread = 0
        self.busy_since = 0.0
        """By `perf_counter`, since when the handler runs; 0 while none does."""
        self.deposed = False
        self._leaders = leaders
        self._lock = allocate_lock()
        self._holds = False
        self._waiting: deque[Job] = deque(jobs)

    def lead(self) -> None:
        """Run what has come, and read on until nothing comes or a handler took too long."""
        self.thread = get_ident()
        try:
            self.run_here([])
            link = self.source.link
            with link.lock:
                leads = not self.deposed and link.take_lead()
            if leads:
                link.lead(self._goes_on)
        finally:
            self._leaders.resign(self)

    def run_here(self, jobs: list[Job]) -> None:
        """Run calls in this thread, one after the other."""
        waiting = self._waiting
        if len(jobs) == 1 and not waiting:
            # The usual case: there is nothing that its answer could leave together with.
            self.busy_since = perf_counter()
            self._leaders.run_timed(jobs[0])
            self.busy_since = 0.0
            return
        waiting.extend(jobs)
        self._let_go(hold_again=True)
        held_since = self.busy_since = perf_counter()
        while not self.deposed:
            try:
                job = waiting.popleft()
            except IndexError:
                break
            ended = self._leaders.run_timed(job)
            self.busy_since = ended
            if ended - held_since > _HOLD_SECONDS and waiting:
                self._let_go(hold_again=True)
                held_since = ended
        self.busy_since = 0.0
        self._let_go(hold_again=False)
        if self.deposed:
            self._hand_out_waiting()

    def depose(self) -> None:
        """The handler that runs keeps the thread: others take over. On the loop."""
        self.deposed = True
        # What was answered must not wait for it.
        self._let_go(hold_again=False)
        self._hand_out_waiting()
        self.source.link.stop_leading()

    def _hand_out_waiting(self) -> None:
        while True:
            try:
                job = self._waiting.popleft()
            except IndexError:
                break
            self._leaders.hand_out(job)

    def _let_go(self, *, hold_again: bool) -> None:
        with self._lock:
            if self._holds:
                self._holds = False
                self.source.release()
            if hold_again and not self.deposed:
                self._holds = True
                self.source.hold()

    def _goes_on(self) -> bool:
        return not self.deposed
