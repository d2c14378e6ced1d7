"""A host as a process of its own: ``host_process.py <executable> <mode> [<env as JSON>]``."""

import asyncio
import json
import os
import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pluginart.host import AsyncPluginManager, DockerLaunch, PluginManager, PluginSpec, PluginStatus
from tests.host.typescript_plugins import CONTRACT_HASH, plugin_spec


def say(value: object) -> None:
    print(json.dumps(value), flush=True)


def introduce(status: PluginStatus, grandchild: bytes) -> None:
    say({"pid": status.pid, "address": status.address, "grandchild": int(grandchild)})


async def start_and_forget(manager: AsyncPluginManager) -> None:
    await manager.start()
    introduce(manager.status()[0], await manager.call("echo", b"grandchild"))


async def run_async(manager: AsyncPluginManager, mode: str) -> None:
    async with manager:
        introduce(manager.status()[0], await manager.call("echo", b"grandchild"))
        if mode == "async-spin":
            await manager.call("echo", b"spin", timeout=None)
        await asyncio.sleep(1_000)


def run(manager: PluginManager, mode: str) -> None:
    if mode == "interrupted-start":
        interrupt_when(lambda: manager.status()[1].state == "ready")
        try:
            manager.start()
        except KeyboardInterrupt:
            say({"left": [thread.name for thread in threading.enumerate()]})
            sys.exit(3)
    manager.start()
    is_container = (manager.status()[0].address or "").startswith("127.")
    introduce(manager.status()[0], b"0" if is_container else manager.call("echo", b"grandchild"))
    match mode:
        case "stay":
            signal.pause()
        case "with":
            with manager:
                signal.pause()
        case "call":
            with manager:
                manager.call("echo", b"hang", timeout=None)
        case "spin":
            manager.call("echo", b"spin", timeout=None)
        case "exit":
            sys.exit(5)
        case "hard-exit":
            os._exit(5)
        case "shutdown":
            manager.shutdown()
            say({"left": [thread.name for thread in threading.enumerate()]})
        case "interrupted-shutdown":
            threading.Thread(target=lambda: call_quietly(manager, b"hang"), daemon=True).start()
            interrupt_when(lambda: manager.status()[0].state == "draining")
            try:
                manager.shutdown()
            except KeyboardInterrupt:
                say({"state": manager.status()[0].state})
                sys.exit(3)
        case "fork":
            child = os.fork()
            if child == 0:
                say(how_a_child_sees_it(manager))
                # Ends as Python programs do: what the parent has is not to be touched.
                sys.exit(0)
            os.waitpid(child, 0)
            say({"parent": manager.call("echo", b"hello").decode(), "pid": manager.status()[0].pid})
            manager.shutdown()
        case "fork-that-stays":
            child = os.fork()
            if child == 0:
                signal.pause()
            say({"child": child})
            signal.pause()


def call_quietly(manager: PluginManager, payload: bytes) -> None:
    try:
        manager.call("echo", payload, timeout=None)
    except Exception as error:
        print(error, file=sys.stderr)


def interrupt_when(condition: object) -> None:
    """Ctrl-C as soon as something is so."""

    def watch() -> None:
        while not condition():  # type: ignore[operator]
            threading.Event().wait(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, daemon=True).start()


def how_a_child_sees_it(manager: PluginManager) -> dict[str, str]:
    try:
        manager.call("echo", b"hello")
    except Exception as error:
        manager.shutdown()
        return {"child": str(error)}
    return {"child": "answered"}


def container_spec(image: str, env: dict[str, str]) -> PluginSpec:
    plugin = env.get("PLUGIN", "plugin.mjs")
    launch = DockerLaunch(
        image=image, args=[f"/app/test/fixtures/plugins/{plugin}"], env={"CONTRACT_HASH": CONTRACT_HASH}
    )
    return PluginSpec(name="echo", launch=launch, contract_hash=CONTRACT_HASH, startup_timeout=60.0)


def main() -> None:
    # Not ignored, as it is in a shell's background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    executable, mode, env = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    if executable.startswith("docker:"):
        run(PluginManager([container_spec(executable.removeprefix("docker:"), env)]), mode)
        return
    specs = [plugin_spec("echo", executable, env=env, shutdown_timeout=600.0 if "interrupted" in mode else 10.0)]
    if mode == "interrupted-start":
        specs.insert(0, plugin_spec("slow", "never-ready", startup_timeout=600.0))
    if mode == "dropped":
        asyncio.run(start_and_forget(AsyncPluginManager(specs)))
        signal.pause()
    elif mode.startswith("async"):
        asyncio.run(run_async(AsyncPluginManager(specs), mode))
    else:
        run(PluginManager(specs), mode)


if __name__ == "__main__":
    main()
