import asyncio
import socket
import time

from pluginart.errors import ErrorCode, PluginartError
from pluginart.host.supervise.health_watch import HealthWatch

from ..processes import until

INTERVAL = 0.03


class FakeSession:
    def __init__(self, protocol: int = 2, open_calls: int = 0) -> None:
        self.protocol = protocol
        self.open_calls = open_calls
        self.last_heard = 0.0
        self.pings = 0
        self.answers = True
        self.ended = False
        self.released = asyncio.Event()

    async def ping(self) -> float:
        self.pings += 1
        if self.ended:
            raise PluginartError(ErrorCode.UNAVAILABLE, "it has ended")
        if not self.answers:
            await self.released.wait()
        return 0.001


class Watched:
    def __init__(self, session: FakeSession, unresponsive_timeout: float = 600) -> None:
        self.session = session
        self.unresponsive: list[int] = []
        self.dead: list[str] = []
        self.watch = HealthWatch(
            session,
            interval=INTERVAL,
            unresponsive_timeout=unresponsive_timeout,
            on_unresponsive=lambda silence, calls: self.unresponsive.append(calls),
            on_dead=self._on_dead,
        )

    def _on_dead(self, why: str) -> None:
        self.dead.append(why)
        self.watch.stop()


async def test_one_that_answers_is_pinged_again_and_again() -> None:
    watched = Watched(FakeSession())
    await until("it is pinged", lambda: watched.session.pings >= 3)
    watched.watch.stop()
    assert (watched.unresponsive, watched.dead) == ([], [])


async def test_silence_without_calls_is_death_after_two_pings() -> None:
    session = FakeSession()
    session.answers = False
    watched = Watched(session)
    await until("it is found dead", lambda: bool(watched.dead))
    assert watched.dead[0].startswith("did not answer")
    assert session.pings == 1


async def test_any_byte_is_a_sign_of_life() -> None:
    session = FakeSession()
    session.answers = False
    watched = Watched(session)
    end = time.monotonic() + 10 * INTERVAL
    while time.monotonic() < end:
        session.last_heard = time.monotonic()
        await asyncio.sleep(0.001)
    watched.watch.stop()
    assert watched.dead == []


async def test_silence_with_calls_open_is_told_once_and_death_after_its_own_time() -> None:
    session = FakeSession(open_calls=3)
    session.answers = False
    watched = Watched(session, unresponsive_timeout=10 * INTERVAL)
    await until("it is found dead", lambda: bool(watched.dead))
    assert watched.unresponsive == [3]
    assert "with calls open (unresponsive_timeout): 3" in watched.dead[0]


async def test_one_that_comes_back_is_told_of_anew() -> None:
    session = FakeSession(open_calls=1)
    session.answers = False
    watched = Watched(session)
    await until("it is told", lambda: len(watched.unresponsive) == 1)
    session.released.set()
    session.answers = True
    pings = session.pings
    await until("it answers", lambda: session.pings > pings)
    session.released.clear()
    session.answers = False
    await until("it is told again", lambda: len(watched.unresponsive) == 2)
    watched.watch.stop()
    assert watched.dead == []


async def test_version_1_at_work_is_not_judged() -> None:
    session = FakeSession(protocol=1, open_calls=1)
    session.answers = False
    watched = Watched(session, unresponsive_timeout=INTERVAL)
    await asyncio.sleep(10 * INTERVAL)
    watched.watch.stop()
    assert (watched.unresponsive, watched.dead) == ([], [])


async def test_a_host_that_was_busy_itself_judges_only_when_it_has_read_what_there_is() -> None:
    loop = asyncio.get_running_loop()
    session = FakeSession()
    session.answers = False
    watched = Watched(session)
    await until("it is pinged", lambda: session.pings == 1)
    near, far = socket.socketpair()

    def on_answer() -> None:
        loop.remove_reader(near)
        session.answers = True
        session.released.set()

    def be_busy() -> None:
        time.sleep(5 * INTERVAL)
        far.send(b"x")

    loop.add_reader(near, on_answer)
    # Due before the watch's own timer, and both in the loop's next turn: between them nothing is read.
    loop.call_later(0, be_busy)
    time.sleep(5 * INTERVAL)  # noqa: ASYNC251
    await until("it is pinged again", lambda: session.pings >= 2 or bool(watched.dead))
    watched.watch.stop()
    near.close()
    far.close()
    assert watched.dead == []


async def test_a_session_that_has_ended_is_watched_no_longer() -> None:
    session = FakeSession()
    session.ended = True
    watched = Watched(session)
    await until("it is pinged", lambda: session.pings == 1)
    await asyncio.sleep(5 * INTERVAL)
    assert (session.pings, watched.dead) == (1, [])
