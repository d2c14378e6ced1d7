import re

import pytest

from pluginart.errors import Evidence
from pluginart.host.launch.docker_failure import DockerRefusal, why_refused
from pluginart.host.launch.launch_spec import DockerLaunch

LAUNCH = DockerLaunch(image="acme/echo:1")

# As clients from 20.10 to 29 say it, which the engine of a test has only one of.
SAYINGS = [
    (
        "docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?.",
        125,
        r"^no docker engine answers at unix:///var/run/docker\.sock: start it",
    ),
    (
        "docker: failed to connect to the docker API at unix:///x.sock; check if the path is correct",
        125,
        r"^no docker engine answers at unix:///x\.sock: start it",
    ),
    (
        'docker: error during connect: Head "http://build:2375/_ping": dial tcp: lookup build: no such host.',
        125,
        "^no docker engine answers: start it",
    ),
    (
        "docker: Got permission denied while trying to connect to the Docker daemon socket at "
        'unix:///var/run/docker.sock: Post "http://x": dial unix: connect: permission denied.',
        125,
        r"^this user may not talk to the docker engine at unix:///var/run/docker\.sock: add it",
    ),
    (
        "docker: permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
        125,
        "^this user may not talk to the docker engine at unix:",
    ),
    (
        "docker: Error response from daemon: unable to find user nobody: no matching entries in passwd file",
        125,
        '^image "acme/echo:1" is to run as the user "nobody" and has none of that name: let its USER be a number',
    ),
    (
        'docker: Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: '
        "lookup registry-1.docker.io: no such host.",
        125,
        r'^image "acme/echo:1" could not be pulled, as the registry at registry-1\.docker\.io did not give it',
    ),
    (
        'docker: Error response from daemon: failed to resolve reference "docker.io/acme/echo:1": '
        'failed to do request: Head "https://registry-1.docker.io/v2/acme/echo/manifests/1": dial tcp: i/o timeout',
        125,
        r"the registry at registry-1\.docker\.io did not give it",
    ),
    ("docker: Error: No such image: acme/echo:1.", 125, '^the engine has no image "acme/echo:1"'),
    ("docker: Error response from daemon: No such image: acme/echo:1", 125, "^the engine has no image"),
    (
        "docker: Error response from daemon: driver failed programming external connectivity on endpoint x: "
        "Bind for 127.0.0.1:1 failed: port is already allocated.",
        125,
        "^each port that was tried",
    ),
    (
        'unable to resolve docker endpoint: context "nope" does not exist',
        1,
        '^there is no docker context "nope"',
    ),
    (
        'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /x',
        1,
        '^there is no docker context "nope"',
    ),
    ("exec /plugin: exec format error", 1, '^the program of image "acme/echo:1" is built for another kind'),
    (
        "docker: Error response from daemon: OCI runtime create failed: container_linux.go:380: "
        'exec: "x": executable file not found in $PATH: unknown.',
        127,
        '^image "acme/echo:1" has no program x',
    ),
    ("docker: Error response from daemon: something new.", 125, "^docker could not run it$"),
]


def said(code: int, line: str) -> DockerRefusal | None:
    return why_refused(LAUNCH, Evidence(exit_code=code, stderr=(line,)))


@pytest.mark.parametrize(("line", "code", "expected"), SAYINGS)
def test_what_docker_says_is_understood(line: str, code: int, expected: str) -> None:
    refusal = said(code, line)
    assert refusal is not None
    assert re.search(expected, refusal.what), refusal.what
    assert refusal.port_taken == ("port" in line and "allocated" in line)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Error: no such image: cat.png", 1),
        ("docker: Error response from daemon: No such image: x", 3),
        ("sh: 1: foo: not found", 127),
    ],
)
def test_what_the_plugin_says_is_told_from_it(line: str, code: int) -> None:
    assert said(code, line) is None
