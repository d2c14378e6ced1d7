"""The host adapter of the Python runtime: see ../README.md."""

import asyncio
import json
import logging
import re
import sys
from typing import Any, get_type_hints

import flatbuffers
from pluginart import (
    DEFAULT,
    AsyncPluginManager,
    ErrorCode,
    PluginartError,
    PluginError,
    RestartEvent,
    StateEvent,
    StuckEvent,
    UnresponsiveEvent,
)

from generated import values
from generated.conformance_client import AsyncConformanceClient
from generated.fb.conformance import SendRequest
from notation import parse_bytes, read, report_bytes, write
from parcel import build_parcel, read_parcel

Command = dict[str, Any]
_PREFIX = "pluginart.plugin."


def say(line: dict[str, Any]) -> None:
    """Print one line; what is None is left out."""
    sys.stdout.write(json.dumps({key: value for key, value in line.items() if value is not None}) + "\n")
    sys.stdout.flush()


def describe_error(error: BaseException) -> dict[str, Any]:
    """Say what is known of an error."""
    if isinstance(error, asyncio.CancelledError):
        return {"code": int(ErrorCode.CANCELLED), "message": "the task was cancelled"}
    if not isinstance(error, PluginartError):
        return {"code": 0, "message": repr(error)}
    evidence = error.evidence
    described = {
        "code": int(error.code),
        "message": error.message,
        "origin": error.origin,
        "retry_safe": error.retry_safe,
        "plugin": error.plugin,
        "exit_code": evidence and evidence.exit_code,
        "signal": evidence and evidence.signal,
        "stderr": evidence and list(evidence.stderr),
    }
    if isinstance(error, PluginError):
        described["retry"] = error.retry
        described["details"] = None if error.details is None else error.details.hex()
    return {key: value for key, value in described.items() if value is not None}


class PluginLogHandler(logging.Handler):
    """Tells of what plugins print; a plugin's name tells the manager."""

    def __init__(self, manager_of: dict[str, str]) -> None:
        """Take the managers by the names of their plugins."""
        super().__init__()
        self._manager_of = manager_of

    def emit(self, record: logging.LogRecord) -> None:
        """Print an event."""
        if not record.name.startswith(_PREFIX):
            return
        extra = vars(record)
        plugin = extra["plugin"]
        say(
            {
                "event": "log",
                "manager": self._manager_of.get(plugin),
                "plugin": plugin,
                "source": extra["source"],
                "level": _level_name(record.levelno),
                "message": record.getMessage(),
                "fields": extra["fields"],
            }
        )


def _level_name(level: int) -> str:
    names = ((logging.CRITICAL, "fatal"), (logging.ERROR, "error"), (logging.WARNING, "warn"), (logging.INFO, "info"))
    for least, name in (*names, (logging.DEBUG, "debug")):
        if level >= least:
            return name
    return "trace"


class Host:
    """The managers, and the commands that go on."""

    def __init__(self) -> None:
        """Have none yet."""
        self.managers: dict[str, AsyncPluginManager] = {}
        self.manager_of: dict[str, str] = {}
        self.tasks: dict[int, asyncio.Task[None]] = {}

    async def answer(self, command: Command) -> None:
        """Do as told and say what came of it."""
        identity = command["id"]
        try:
            result = await self._obey(command)
        except BaseException as error:
            say({"id": identity, "error": describe_error(error)})
        else:
            say({"id": identity, "result": result})
        finally:
            self.tasks.pop(identity, None)

    async def _obey(self, command: Command) -> dict[str, Any]:
        name, verb = command.get("manager", ""), command["do"]
        if verb == "load":
            self._load(name, command)
            return {}
        if verb == "cancel":
            task = self.tasks.get(command["call"])
            if task is not None:
                task.cancel()
            return {}
        manager = self.managers[name]
        plugin = command["plugin"]
        timeout = command["timeout_ms"] / 1000 if command.get("timeout_ms") is not None else DEFAULT
        if verb == "start":
            await manager.start()
        elif verb == "call":
            return await _call(manager, plugin, command, timeout)
        elif verb == "build":
            return await _build(manager, plugin, command, timeout)
        elif verb == "raw":
            answer = await manager.call(plugin, parse_bytes(command["payload"]), timeout=timeout)
            return {"payload": report_bytes(answer)}
        elif verb == "status":
            return {"plugins": [_describe_status(status) for status in manager.status()]}
        elif verb == "restart":
            await manager.restart(plugin)
        elif verb == "shutdown":
            await manager.shutdown()
        else:
            raise PluginError(f"no command {verb}", code=ErrorCode.UNIMPLEMENTED)
        return {}

    def _load(self, name: str, command: Command) -> None:
        manager = AsyncPluginManager.from_config(command["config"])
        self.managers[name] = manager
        self.manager_of[command["plugin"]] = name

        def tell(event: object) -> None:
            match event:
                case StateEvent(plugin=plugin, before=before, after=after):
                    say({"event": "state", "manager": name, "plugin": plugin, "from": before, "to": after})
                case RestartEvent(plugin=plugin, attempt=attempt):
                    say({"event": "restart", "manager": name, "plugin": plugin, "attempt": attempt})
                case UnresponsiveEvent(plugin=plugin):
                    say({"event": "unresponsive", "manager": name, "plugin": plugin})
                case StuckEvent(plugin=plugin):
                    say({"event": "stuck", "manager": name, "plugin": plugin})

        manager.on_event(tell)


async def _call(manager: AsyncPluginManager, plugin: str, command: Command, timeout: Any) -> dict[str, Any]:
    method = command["method"]
    request_type = getattr(values, f"{method}RequestT")
    client = AsyncConformanceClient(manager, plugin)
    call = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower())
    response = await call(read(request_type, command.get("value", {})), timeout=timeout)
    return {"value": write(type(response), response)}


async def _build(manager: AsyncPluginManager, plugin: str, command: Command, timeout: Any) -> dict[str, Any]:
    """Call `Send` by FlatBuffers builders."""
    if command["method"] != "Send":
        raise PluginError(f"{command['method']} is not called through builders")
    request = read(values.SendRequestT, command["value"])
    builder = flatbuffers.Builder(64)
    parcel = build_parcel(builder, request.parcel)
    SendRequest.Start(builder)
    SendRequest.AddParcel(builder, parcel)
    client = AsyncConformanceClient(manager, plugin)
    answered = (await client.Send(builder, SendRequest.End(builder), timeout=timeout)).Parcel()
    response = values.SendResponseT(parcel=None if answered is None else read_parcel(answered))
    return {"value": write(values.SendResponseT, response)}


def _describe_status(status: Any) -> dict[str, Any]:
    names = ("name", "state", "pid", "protocol", "restarts", "failures", "open_calls", "waiting_calls")
    described = {name: getattr(status, name) for name in names}
    return {key: value for key, value in described.items() if value is not None}


async def main() -> None:
    """Obey until stdin ends."""
    get_type_hints(values.EchoRequestT)
    host = Host()
    logger = logging.getLogger("pluginart")
    logger.setLevel(1)
    logger.propagate = False
    logger.addHandler(PluginLogHandler(host.manager_of))
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        host.tasks[command["id"]] = asyncio.create_task(host.answer(command))
    await asyncio.gather(*(manager.shutdown() for manager in host.managers.values()))


if __name__ == "__main__":
    asyncio.run(main())
