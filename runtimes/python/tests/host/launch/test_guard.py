from pluginart.host.launch.guard import SCRIPT

from ..typescript_plugins import ROOT


def test_the_guard_is_the_same_as_that_of_typescripts_hosts() -> None:
    source = (ROOT / "runtimes/typescript/src/host/launch/guard.ts").read_text()
    theirs = source.split("const SCRIPT = `")[1].split("`;")[0]
    assert theirs.replace("\\${", "${") == SCRIPT
