"""Threads for handlers that block."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread

Job = Callable[[], object]


class WorkerPool:
    """Up to `size` threads, each started when it is first needed. A job must not raise."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = Lock()
        self._threads: list[Thread] = []
        # Threads that wait and have no job on its way to them; jobs that no thread was found for.
        self._idle = 0
        self._backlog = 0
        self._stopped = False

    def submit(self, job: Job) -> None:
        """Run the job as soon as a thread is free."""
        with self._lock:
            if self._stopped:
                return
            if self._idle > 0:
                self._idle -= 1
            elif len(self._threads) < self.size:
                # Daemons: a handler that never returns must not keep the process.
                thread = Thread(target=self._work, name=f"pluginart-worker-{len(self._threads) + 1}", daemon=True)
                self._threads.append(thread)
                thread.start()
            else:
                self._backlog += 1
            self._jobs.put(job)

    def stop(self, timeout: float) -> None:
        """Take no more jobs and wait for the threads, `timeout` seconds at most for each that does not end."""
        with self._lock:
            self._stopped = True
            for _ in self._threads:
                self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            with self._lock:
                if self._backlog > 0:
                    self._backlog -= 1
                else:
                    self._idle += 1
