"""A plugin on Python's own runtime, which does what the payload of a call says."""

import os
import subprocess
import sys
import time
from pathlib import Path

from pluginart import CallContext, PluginError, serve


def obey(payload: bytes, context: CallContext) -> bytes:
    command, *args = payload.decode().split(" ")
    match command:
        case "sleep":
            print("sleeping", file=sys.stderr, flush=True)
            time.sleep(float(args[0]) / 1_000)
        case "hang":
            context.wait_cancelled()
            # Longer than the host is in doubt about whose clock is right.
            time.sleep(0.5)
        case "crash":
            print("panic: told to crash", file=sys.stderr, flush=True)
            os._exit(7)
        case "grandchild":
            return str(subprocess.Popen(["sleep", "1000"]).pid).encode()
        case "refuse":
            raise PluginError("refused", code=42)
        case "variables":
            return " ".join(sorted(name for name in os.environ if name.startswith("PLUGIN_"))).encode()
    return payload


serve(obey, os.environ["CONTRACT_HASH"])
if "STOP_FILE" in os.environ:
    Path(os.environ["STOP_FILE"]).write_text("put away")
