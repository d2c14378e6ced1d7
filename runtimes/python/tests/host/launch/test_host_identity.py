import os
import subprocess
import sys

import pytest

from pluginart.host.launch.host_identity import host_identity, is_certainly_gone

SCOPE, PID, START = host_identity().split("/")


def test_this_process_lives_and_whoever_had_its_number_before_does_not() -> None:
    assert os.getpid() == int(PID)
    assert not is_certainly_gone(host_identity())
    assert is_certainly_gone(f"{SCOPE}/{PID}/1") == (sys.platform == "linux")


def test_a_process_that_has_ended_is_gone() -> None:
    with subprocess.Popen(["/bin/sh", "-c", "exit"]) as ended:
        pass
    assert is_certainly_gone(f"{SCOPE}/{ended.pid}/{START}")


@pytest.mark.parametrize("identity", [f"elsewhere/{PID}/1", f"{SCOPE}/0/1", f"{SCOPE}/-1/1", f"{SCOPE}/x/1", SCOPE, ""])
def test_nobody_is_judged_who_cannot_be_seen_from_here(identity: str) -> None:
    assert not is_certainly_gone(identity)
