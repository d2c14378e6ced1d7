"""What a plugin does for the contract of the suites: see schema/conformance.fbs."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter, defaultdict

from pluginart import CallContext, PluginError

from generated import values
from generated.conformance_service import ConformanceService


class Handlers(ConformanceService):
    """All methods of the contract."""

    def __init__(self) -> None:
        """Know of no calls yet."""
        self._observed: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._counts: Counter[str] = Counter()

    async def echo(self, request: values.EchoRequestT, call: CallContext) -> values.EchoResponseT:
        """Answer what was sent."""
        return values.EchoResponseT(everything=request.everything)

    async def send(self, request: values.SendRequestT, call: CallContext) -> values.SendResponseT:
        """Answer what was sent."""
        return values.SendResponseT(parcel=request.parcel)

    async def fail(self, request: values.FailRequestT, call: CallContext) -> values.FailResponseT:
        """Fail as told."""
        if request.ordinary:
            raise RuntimeError(request.message)
        raise PluginError(request.message, code=request.code, retry=request.retry, details=request.details)

    async def sleep(self, request: values.SleepRequestT, call: CallContext) -> values.SleepResponseT:
        """Sleep, and note what becomes of it."""
        remaining = call.remaining
        seen = self._observed[request.tag]
        seen["begun"] += 1
        end = time.monotonic() + request.ms / 1000
        try:
            while (left := end - time.monotonic()) > 0:
                try:
                    await asyncio.sleep(left)
                except asyncio.CancelledError:
                    seen["told_to_stop"] += 1
                    if not request.stubborn:
                        raise
        finally:
            seen["returned"] += 1
        milliseconds = 0 if remaining is None else int(remaining * 1000)
        return values.SleepResponseT(has_deadline=remaining is not None, remaining_ms=milliseconds)

    async def observe(self, request: values.ObserveRequestT, call: CallContext) -> values.ObserveResponseT:
        """Say what became of the sleeps of that name."""
        return values.ObserveResponseT(**self._observed[request.tag])

    async def spin(self, request: values.SpinRequestT, call: CallContext) -> values.SpinResponseT:
        """Block the event loop."""
        end = time.monotonic() + request.ms / 1000
        while time.monotonic() < end:
            pass
        return values.SpinResponseT()

    async def size(self, request: values.SizeRequestT, call: CallContext) -> values.SizeResponseT:
        """Answer with that many bytes."""
        return values.SizeResponseT(received=len(request.filler or b""), filler=b"a" * request.bytes_)

    def print(self, request: values.PrintRequestT, call: CallContext) -> values.PrintResponseT:
        """Print lines."""
        stream = sys.stdout if request.to == values.Output.Stdout else sys.stderr
        stream.write("".join(f"{line}\n" for line in request.lines))
        stream.flush()
        return values.PrintResponseT()

    def crash(self, request: values.CrashRequestT, call: CallContext) -> values.CrashResponseT:
        """End the process."""
        if request.last_words is not None:
            print(request.last_words, file=sys.stderr, flush=True)
        if request.signal is None:
            os._exit(request.exit_code)
        os.kill(os.getpid(), signal.Signals[request.signal])
        time.sleep(60)
        raise RuntimeError("the signal did not end the process")

    async def describe_process(
        self, request: values.DescribeProcessRequestT, call: CallContext
    ) -> values.DescribeProcessResponseT:
        """Say what is around the process."""
        variables = [values.VariableT(name=name, value=value) for name, value in os.environ.items()]
        return values.DescribeProcessResponseT(pid=os.getpid(), directory=os.getcwd(), variables=variables)

    async def count(self, request: values.CountRequestT, call: CallContext) -> values.CountResponseT:
        """Count how often it was asked."""
        self._counts[request.counter] += 1
        return values.CountResponseT(count=self._counts[request.counter])
