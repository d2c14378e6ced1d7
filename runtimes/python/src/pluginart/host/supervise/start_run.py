"""Starts a plugin and connects to it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from ...errors import ErrorCode, HandshakeError, PluginartError, TransportError
from ...session.host_session import HostSession, HostSessionOptions
from ...session.link import Link
from ...session.open_host_session import open_host_session
from ...timing.settles_within import settles_within
from ..launch.address import describe_address
from ..launch.instance import Instance, Launcher, OnLine
from ..launch.launch_spec import RemoteLaunch
from ..launch.startup_failure import startup_failure
from .dial_plugin import READY_PATIENCE, RETRY, dial_plugin, dial_ready_plugin, nobody_listens, system_number
from .plugin_spec import PluginSpec
from .run import Run

UNREADY_STOP = 1.0
"""Seconds for a plugin that did not get as far as its first call."""
EXIT_NOTICE = 0.25
"""Seconds within which a process that ends during the handshake is seen to have ended."""

NO_DOWNGRADE = (
    ". It spoke version 2 before, and that is not taken back: "
    "if it was replaced by an older one on purpose, restart the host"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPlan:
    """What to start, and how."""

    spec: PluginSpec
    launcher: Launcher
    instance: Instance | None
    """Still running from before: it is only connected to."""
    min_protocol: int
    on_line: OnLine
    on_stuck: Callable[[int], None]


async def start_run(plan: StartPlan) -> Run:
    """Start a plugin, connect and shake hands, all within its `startup_timeout`.

    Raises PluginartError saying what a person needs. Nothing of the plugin is left running where this raises or is
    cancelled.
    """
    spec = plan.spec
    deadline = time.monotonic() + spec.startup_timeout
    instance = plan.instance or await plan.launcher.launch(timeout=spec.startup_timeout, on_line=plan.on_line)
    try:
        return await _reach(plan, instance, deadline)
    except Exception as error:
        try:
            failure = await _explain_failure(plan, instance, error)
        finally:
            await instance.stop(UNREADY_STOP)
        raise failure from error
    except BaseException:
        await instance.stop(UNREADY_STOP)
        raise


async def _reach(plan: StartPlan, instance: Instance, deadline: float) -> Run:
    patience = time.monotonic() + READY_PATIENCE
    while True:
        run = Run(plan.spec.name, instance)
        try:
            run.link = await _connect(plan.spec, instance, deadline)
            try:
                run.session = await _shake_hands(plan, run, deadline)
            except BaseException as error:
                if isinstance(error, asyncio.CancelledError):
                    run.link.destroy()
                await run.wait_closed()
                raise
        except TransportError as error:
            if not _may_listen_soon(instance, error) or time.monotonic() >= patience:
                raise
            await asyncio.sleep(RETRY)
        else:
            return run


def _may_listen_soon(instance: Instance, error: TransportError) -> bool:
    """What is told by a refused connection elsewhere shows behind a proxy as one that is closed at once."""
    lives = instance.process is not None and not instance.process.has_exited
    return instance.behind_proxy and system_number(error) is None and lives


async def _connect(spec: PluginSpec, instance: Instance, deadline: float) -> Link:
    if isinstance(spec.launch, RemoteLaunch):
        return await dial_plugin(instance.address, spec.launch.dial_timeout)
    return await dial_ready_plugin(instance.address, _remaining(deadline))


async def _shake_hands(plan: StartPlan, run: Run, deadline: float) -> HostSession:
    spec = plan.spec
    is_remote = isinstance(spec.launch, RemoteLaunch)
    options = HostSessionOptions(
        plugin_name=spec.name,
        contract_hash=spec.contract_hash,
        token=run.instance.token,
        # Only version 2 can prove that it knows a configured secret (PROTOCOL.md, V2-T6).
        min_protocol=2 if is_remote and run.instance.token is not None else plan.min_protocol,
        max_message_bytes=spec.max_message_bytes,
        call_timeout=spec.call_timeout,
        handshake_timeout=spec.startup_timeout if is_remote else _remaining(deadline),
        on_lost=run.on_lost,
        explain_loss=run.explain,
        on_stuck=plan.on_stuck,
        on_goaway=run.on_goaway,
    )
    return await open_host_session(run.link, options)


async def _explain_failure(plan: StartPlan, instance: Instance, error: Exception) -> PluginartError:
    name = plan.spec.name
    process = instance.process
    if process is None:
        return _name_remote(name, error)
    if await settles_within(process.exited, EXIT_NOTICE):
        ending = await asyncio.shield(process.ended)
        return startup_failure(name, f"printed READY, but then {ending.how}", ending.evidence)
    evidence = process.evidence()
    hint = instance.hint_of_unreachable(system_number(error))
    if nobody_listens(error):
        where = describe_address(instance.address)
        what = f"printed READY, but nobody listens at {where}: it has to print READY only once it listens there"
        return startup_failure(name, what + hint, evidence)
    if isinstance(error, HandshakeError):
        is_downgrade = plan.min_protocol > plan.spec.min_protocol and error.code == ErrorCode.PROTOCOL_VIOLATION
        message = error.message + NO_DOWNGRADE if is_downgrade else error.message
        return HandshakeError(error.code, message, origin=error.origin, plugin=name, evidence=evidence)
    return startup_failure(name, f"printed READY, but the handshake failed: {error}{hint}", evidence)


def _name_remote(name: str, error: Exception) -> PluginartError:
    if isinstance(error, TransportError):
        message = f'plugin "{name}": {error.message}'
        return TransportError(error.code, message, plugin=name, retry_safe=error.retry_safe)
    if isinstance(error, PluginartError):
        return error
    return startup_failure(name, f"could not be connected to: {error}", None)


def _remaining(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)
