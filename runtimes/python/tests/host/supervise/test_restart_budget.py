import math

from pluginart.host.supervise.restart_budget import RestartBudget


def test_waits_double_up_to_the_limit_and_end() -> None:
    budget = RestartBudget(max_restarts=5, backoff_max=5.0, stable_after=10.0)
    assert [budget.failed(now) for now in range(6)] == [1.0, 2.0, 4.0, 5.0, 5.0, None]
    assert budget.failures == 6
    budget.renew()
    assert budget.failed(7) == 1.0


def test_being_ready_for_long_enough_starts_the_count_anew() -> None:
    budget = RestartBudget(max_restarts=5, backoff_max=60.0, stable_after=10.0)
    budget.failed(0)
    budget.ready(1)
    assert budget.failed(10.9) == 2.0
    budget.ready(20)
    assert budget.failed(30) == 1.0
    # Only the last time ready counts, and only once.
    assert budget.failed(100) == 2.0


def test_without_a_limit_it_never_gives_up() -> None:
    budget = RestartBudget(max_restarts=math.inf, backoff_max=30.0, stable_after=10.0)
    assert [budget.failed(0) for _ in range(5_000)][-1] == 30.0


def test_none_at_all() -> None:
    assert RestartBudget(max_restarts=0, backoff_max=30.0, stable_after=10.0).failed(0) is None
