"""Takes calls to handlers: coroutines to the event loop, others to threads."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from types import CoroutineType
from typing import Any

from ..errors import PluginError
from ..session import ArrivedCall, CallHead, CallSource, IncomingCall
from .leaders import Job, Leaders
from .quickness import Quickness
from .targets import Target, Targets
from .worker_pool import WorkerPool

OnHandlerError = Callable[[BaseException, str], None]
"""Told of what a handler raised, and of its method's name; that is empty for raw handlers."""

# Runs the first step of a coroutine at once, where Python can do so.
_TASK_OPTIONS: dict[str, Any] = {"eager_start": True} if sys.version_info >= (3, 12) else {}


class Dispatcher:
    """As `CallHandler`."""

    def __init__(self, targets: Targets, workers: int, on_handler_error: OnHandlerError | None) -> None:
        """`workers`: how many handlers that are no coroutines run at once."""
        self.contract_hash = targets.contract_hash
        self.schema = targets.schema
        self._targets = targets
        self._on_handler_error = on_handler_error
        self._pool = WorkerPool(workers)
        self._leaders = Leaders(self._pool, Quickness(), self._run)
        self._tasks: set[asyncio.Task[None]] = set()

    def on_calls(self, calls: list[ArrivedCall], source: CallSource) -> None:
        """As `CallHandler`."""
        find = self._targets.find
        jobs: list[Job] = []
        for call, payload in calls:
            try:
                target, head = find(payload)
            except Exception as error:
                call.fail(error, "runtime")
                continue
            if target.is_async:
                self._start((call, payload, target, head), source)
            else:
                jobs.append((call, payload, target, head))
        if jobs:
            self._leaders.on_jobs(jobs, source)

    def stop(self, timeout: float) -> None:
        """Wait for the threads, `timeout` seconds for each that does not end."""
        self._pool.stop(timeout)

    def _start(self, job: Job, source: CallSource) -> None:
        call, payload, target, head = job
        try:
            arguments = target.arguments(call, payload, head)
        except Exception as error:
            call.fail(error, "runtime")
            return
        self._await_on_loop(call, target, lambda: target.handle(*arguments), head, source)

    def _await_on_loop(
        self,
        call: IncomingCall,
        target: Target,
        begin: Callable[[], Awaitable[Any]],
        head: CallHead | None,
        source: CallSource,
    ) -> None:
        link = source.link

        def start() -> None:
            task = asyncio.Task(self._finish(call, target, begin, head), loop=link.loop, **_TASK_OPTIONS)
            if not task.done():
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                call.life.on_stop(lambda: link.soon(task.cancel))

        if link.is_on_loop():
            start()
        else:
            link.soon(start)

    async def _finish(
        self, call: IncomingCall, target: Target, begin: Callable[[], Awaitable[Any]], head: CallHead | None
    ) -> None:
        try:
            value = await begin()
        except BaseException as error:
            self._failed(call, error, target.name)
            if not isinstance(error, Exception | asyncio.CancelledError):
                raise
        else:
            _respond(call, target, value, head)

    def _run(self, job: Job) -> None:
        call, payload, target, head = job
        try:
            arguments = target.arguments(call, payload, head)
        except Exception as error:
            call.fail(error, "runtime")
            return
        try:
            value = target.handle(*arguments)
        except BaseException as error:
            self._failed(call, error, target.name)
        else:
            _respond(call, target, value, head)

    def _failed(self, call: IncomingCall, error: BaseException, method: str) -> None:
        """The caller learns the message only (V2-E5): without a word here nobody ever sees where it came from."""
        is_expected = isinstance(error, PluginError) or call.life.cancelled
        try:
            # Before the answer: the caller may end this plugin on it.
            if not is_expected and self._on_handler_error is not None:
                self._on_handler_error(error, method)
        finally:
            call.fail(error, "handler")


def _respond(call: IncomingCall, target: Target, value: Any, head: CallHead | None) -> None:
    if isinstance(value, CoroutineType):
        value.close()
        message = "the handler returned a coroutine: define it with `async def`, so that it is awaited"
        call.fail(TypeError(message), "runtime")
        return
    try:
        answer = target.encode(value, head)
    except Exception as error:
        call.fail(error, "runtime")
    else:
        call.respond(answer)
