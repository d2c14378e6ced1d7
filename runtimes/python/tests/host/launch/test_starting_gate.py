import json
import subprocess
import sys

import pytest

from pluginart.host.launch.starting_gate import GO, Command, behind_gate

SCRIPT = """
import json, os, sys
json.dump([os.getpid(), sys.argv[1:], dict(os.environ), sys.stdin.read()], sys.stdout)
"""


def start(env: dict[str, str], stdin: bytes) -> "subprocess.CompletedProcess[bytes]":
    gated = behind_gate(Command(sys.executable, ["-c", SCRIPT, "a  b", "$c"], "/", env))
    assert gated is not None
    return subprocess.run(gated, env=env, input=stdin, capture_output=True, check=False)


@pytest.mark.parametrize("env", [{"PLAIN": "1"}, {"PLAIN": "1", "npm.odd-name": "x  y", "IFS": "z", "UID": "7"}])
def test_behind_the_gate_a_command_is_what_it_was(env: dict[str, str]) -> None:
    _, args, environment, stdin = json.loads(start(env, GO + b"all that follows").stdout)
    assert args == ["a  b", "$c"]
    assert environment.items() >= env.items()
    assert stdin == "all that follows"


def test_it_stays_one_process() -> None:
    gated = behind_gate(Command(sys.executable, ["-c", SCRIPT], "/", {}))
    assert gated is not None
    with subprocess.Popen(gated, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        stdout, _ = child.communicate(GO)
    assert json.loads(stdout)[0] == child.pid


def test_without_the_word_nothing_of_it_runs() -> None:
    finished = start({}, b"")
    assert finished.stdout == b""
    assert finished.returncode != 0


def test_where_env_would_misread_the_command_there_is_no_gate() -> None:
    assert behind_gate(Command("/opt/a=b", [], "/", {"odd-name": "1"})) is None
