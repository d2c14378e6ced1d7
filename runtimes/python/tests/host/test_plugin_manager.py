"""What the manager for threads adds to the one for coroutines."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from pluginart.errors import ConfigError, ErrorCode, PluginartError
from pluginart.host import PluginEvent, PluginManager, StateEvent
from pluginart.session import DEFAULT

from .processes import is_running, wait_until
from .typescript_plugins import CONTRACT_HASH, plugin_spec

V1 = pytest.mark.parametrize("executable", ["plugin.mjs", "v1-plugin.mjs"])


@V1
def test_it_starts_calls_and_stops(executable: str) -> None:
    with PluginManager([plugin_spec("echo", executable)]) as manager:
        assert manager.call("echo", b"hello") == b"hello"
        assert manager.ping("echo") > 0
        assert manager.status()[0].state == "ready"
        pid = manager.status()[0].pid
        assert pid is not None
    assert not is_running(pid)
    assert threading.enumerate() == [threading.main_thread()]


def test_it_starts_again_after_a_shutdown() -> None:
    manager = PluginManager([plugin_spec("echo", "plugin.mjs")])
    manager.shutdown()
    for _ in range(2):
        manager.start()
        manager.start()
        assert manager.call("echo", b"hello") == b"hello"
        assert manager.describe("echo").contract_hash == CONTRACT_HASH
        manager.shutdown()
        manager.shutdown()


def test_without_a_start_everything_says_so() -> None:
    manager = PluginManager([plugin_spec("echo", "plugin.mjs")])
    for ask in (manager.ping, manager.describe, lambda plugin: manager.call(plugin, b"x")):
        with pytest.raises(PluginartError, match=r'plugin "echo" has not been started: call start\(\) first'):
            ask("echo")
        with pytest.raises(ConfigError, match='no plugin is named "ehco"; the configuration has "echo"'):
            ask("ehco")
    with pytest.raises(PluginartError, match='cannot restart plugin "echo": the manager is not running'):
        manager.restart("echo")


def test_a_start_that_fails_leaves_no_thread() -> None:
    manager = PluginManager([plugin_spec("good", "plugin.mjs"), plugin_spec("bad", "exits-at-once")])
    with pytest.raises(PluginartError, match="exited with code 3"):
        manager.start()
    assert threading.enumerate() == [threading.main_thread()]


@V1
def test_many_threads_call_at_once(executable: str) -> None:
    with (
        PluginManager([plugin_spec("echo", executable)]) as manager,
        ThreadPoolExecutor(16) as pool,
    ):
        answers = list(pool.map(lambda number: manager.call("echo", str(number).encode()), range(1_000)))
    assert answers == [str(number).encode() for number in range(1_000)]


@V1
def test_a_crash_fails_the_calls_in_flight_with_evidence_and_later_ones_wait(executable: str) -> None:
    with (
        PluginManager([plugin_spec("echo", executable, restart_backoff_max=1.0)]) as manager,
        ThreadPoolExecutor(16) as pool,
    ):
        crash = pool.submit(manager.call, "echo", b"crash")
        error = crash.exception(30)
        assert isinstance(error, PluginartError)
        assert (error.code, error.origin, error.plugin) == (ErrorCode.UNAVAILABLE, "process", "echo")
        assert error.evidence is not None
        assert (error.evidence.exit_code, error.evidence.stderr) == (7, ("panic: told to crash",))
        with pytest.raises(PluginartError) as late:
            manager.call("echo", b"hello", timeout=0.01)
        assert late.value.code == ErrorCode.DEADLINE_EXCEEDED
        assert manager.call("echo", b"hello") == b"hello"
        assert manager.status()[0].restarts == 1


@V1
def test_calls_have_deadlines(executable: str) -> None:
    with PluginManager([plugin_spec("echo", executable, shutdown_timeout=0.3, call_timeout=0.2)]) as manager:
        for timeout in (DEFAULT, 0.05):
            with pytest.raises(PluginartError) as late:
                manager.call("echo", b"hang", timeout=timeout)
            assert late.value.code == ErrorCode.DEADLINE_EXCEEDED


def test_calls_behind_a_version_1_call_that_was_given_up_on_go_to_the_next_connection() -> None:
    with (
        PluginManager([plugin_spec("echo", "v1-plugin.mjs")]) as manager,
        ThreadPoolExecutor(4) as pool,
    ):
        pid = manager.status()[0].pid
        with pytest.raises(PluginartError):
            manager.call("echo", b"hang", timeout=0.05)
        behind = [pool.submit(manager.call, "echo", b"hello") for _ in range(4)]
        assert [call.result(60) for call in behind] == [b"hello"] * 4
        assert (manager.status()[0].pid, manager.status()[0].restarts) == (pid, 0)


def test_no_call_is_lost_while_a_plugin_is_restarted_again_and_again() -> None:
    with PluginManager([plugin_spec("echo", "plugin.mjs")]) as manager, ThreadPoolExecutor(8) as pool:
        over = threading.Event()

        def call_on_and_on() -> int:
            calls = 0
            while not over.is_set():
                assert manager.call("echo", b"hello") == b"hello"
                calls += 1
            return calls

        callers = [pool.submit(call_on_and_on) for _ in range(8)]
        try:
            for _ in range(5):
                manager.restart("echo")
                time.sleep(0.1)
        finally:
            over.set()
        assert min(caller.result(30) for caller in callers) > 0


def test_a_call_that_meets_a_connection_on_its_way_out_goes_to_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with PluginManager([plugin_spec("echo", "plugin.mjs")]) as manager:
        session = manager._manager.session
        stale = session("echo")
        assert stale is not None
        manager.restart("echo")
        with pytest.raises(PluginartError):
            stale.call_blocking(b"hello")
        # A thread may have looked just before.
        seen = iter((stale,))
        monkeypatch.setattr(manager._manager, "session", lambda plugin: next(seen, None) or session(plugin))
        assert manager.call("echo", b"hello") == b"hello"
        assert next(seen, None) is None


def test_a_shutdown_from_another_thread_ends_calls_and_starts() -> None:
    manager = PluginManager([plugin_spec("slow", "never-ready"), plugin_spec("echo", "plugin.mjs")])
    with ThreadPoolExecutor(4) as pool:
        start = pool.submit(manager.start)
        wait_until("echo is ready", lambda: manager.status()[1].state == "ready")
        waiting = pool.submit(manager.call, "slow", b"hello")
        wait_until("the call waits", lambda: manager.status()[0].waiting_calls == 1)
        manager.shutdown()
        assert "was shut down while it started" in str(start.exception(30))
        error = waiting.exception(30)
        assert isinstance(error, PluginartError)
        assert error.code == ErrorCode.UNAVAILABLE
    assert threading.enumerate() == [threading.main_thread()]


def test_starts_and_shutdowns_from_many_threads_end_in_order() -> None:
    manager = PluginManager([plugin_spec("echo", "plugin.mjs")])

    def churn(number: int) -> None:
        for _ in range(5):
            if number % 2:
                manager.shutdown()
            else:
                # A shutdown may come in between.
                with suppress(PluginartError):
                    manager.start()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(churn, number) for number in range(4)]:
            done.result(120)
    manager.shutdown()
    assert manager.status()[0].state == "stopped"
    assert threading.enumerate() == [threading.main_thread()]


def test_ctrl_c_ends_a_call_and_the_manager_goes_on() -> None:
    with PluginManager([plugin_spec("echo", "plugin.mjs", shutdown_timeout=0.5)]) as manager:
        with pytest.raises(KeyboardInterrupt), interrupted_when(lambda: manager.status()[0].open_calls == 1):
            manager.call("echo", b"sleep 3000", timeout=None)
        assert manager.call("echo", b"hello") == b"hello"


@contextmanager
def interrupted_when(condition: object) -> Iterator[None]:
    def watch() -> None:
        while not condition():  # type: ignore[operator]
            time.sleep(0.01)
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        thread.join()


async def test_it_may_be_used_where_a_loop_runs_as_in_a_notebook() -> None:
    with PluginManager([plugin_spec("echo", "plugin.mjs")]) as manager:
        assert manager.call("echo", b"hello") == b"hello"
        blocked = asyncio.to_thread(manager.call, "echo", b"sleep 100")
        assert await blocked == b"sleep 100"
    await asyncio.get_running_loop().shutdown_default_executor()


def test_two_managers_at_once_have_nothing_to_do_with_each_other() -> None:
    with (
        PluginManager([plugin_spec("echo", "plugin.mjs")]) as one,
        PluginManager([plugin_spec("echo", "plugin.mjs")]) as other,
    ):
        assert os.path.dirname(one.status()[0].address or "") != os.path.dirname(other.status()[0].address or "")
        assert one.status()[0].pid != other.status()[0].pid
        one.shutdown()
        assert other.call("echo", b"hello") == b"hello"


def test_events_come_from_the_manager_s_thread_which_cannot_wait_for_itself() -> None:
    manager = PluginManager([plugin_spec("echo", "plugin.mjs")])
    states: list[str] = []
    threads: set[str] = set()
    failures: list[Exception] = []

    def note(event: PluginEvent) -> None:
        threads.add(threading.current_thread().name)
        if isinstance(event, StateEvent):
            states.append(event.after)
        if event == StateEvent("echo", "starting", "ready", None):
            try:
                manager.call("echo", b"hello")
            except RuntimeError as error:
                failures.append(error)

    remove = manager.on_event(note)
    with manager:
        pass
    remove()
    with manager:
        pass
    assert states == ["starting", "ready", "draining", "stopped"]
    assert threads == {"pluginart-manager"}
    assert "would never end" in str(failures[0])
