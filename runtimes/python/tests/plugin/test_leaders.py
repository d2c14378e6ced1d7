from queue import SimpleQueue
from typing import Any

from pluginart.plugin.leaders import Leaders, _Leader
from pluginart.plugin.quickness import Quickness
from pluginart.plugin.worker_pool import WorkerPool


class Source:
    held = 0

    def hold(self) -> None:
        self.held += 1

    def release(self) -> None:
        self.held -= 1


def test_calls_that_reach_a_leader_which_is_deposed_in_that_moment_are_handed_to_others() -> None:
    ran: SimpleQueue[Any] = SimpleQueue()
    pool = WorkerPool(2)
    source: Any = Source()
    leader = _Leader(Leaders(pool, Quickness(), ran.put), source, [])
    leader.deposed = True
    jobs: list[Any] = ["first", "second"]
    leader.run_here(jobs)
    assert {ran.get(timeout=30), ran.get(timeout=30)} == {"first", "second"}
    assert source.held == 0
    pool.stop(30)
