import itertools
from dataclasses import replace

import pytest

from pluginart.host.launch.address import UnixAddress
from pluginart.host.launch.docker_command import ContainerPlan, docker_run
from pluginart.host.launch.launch_spec import DockerLaunch, Resources
from pluginart.transport import TcpAddress

LAUNCH = DockerLaunch(image="acme/echo:1", args=["-v"])
PLAN = ContainerPlan(
    name="pluginart-abc123-echo-1",
    labels={"pluginart.plugin": "echo"},
    address=TcpAddress("127.0.0.1", 4321),
    socket_folder=None,
    token="ab" * 32,
    user=None,
)


def test_a_configuration_that_says_nothing_gives_the_narrowest_container() -> None:
    run = docker_run(LAUNCH, PLAN, {"PATH": "/bin"})
    assert " ".join(run.args(None)).split(" --") == [
        "run",
        "interactive",
        "init",
        "rm",
        "log-driver none",
        "pull never",
        "name pluginart-abc123-echo-1",
        "label pluginart.plugin=echo",
        "publish 127.0.0.1:4321:4321",
        "env PLUGIN_ADDR",
        "env PLUGIN_TOKEN",
        "env PLUGIN_TOKEN_FOR",
        "env PLUGIN_LIFELINE",
        "cap-drop ALL",
        "security-opt no-new-privileges",
        "read-only",
        "tmpfs /tmp:mode=1777,size=64m",
        "pids-limit 512 acme/echo:1 -v",
    ]
    assert run.input is None
    assert run.env == {
        "PATH": "/bin",
        "PLUGIN_ADDR": "0.0.0.0:4321",
        "PLUGIN_TOKEN": PLAN.token,
        "PLUGIN_TOKEN_FOR": "0.0.0.0:4321",
        "PLUGIN_LIFELINE": "stdin",
    }


def test_with_a_socket_no_port_is_published_and_its_folder_is_mounted_whatever_that_is_called() -> None:
    folder = '/tmp/a,"b/echo-1'
    plan = replace(PLAN, address=UnixAddress(f"{folder}/plugin.sock"), socket_folder=folder)
    run = docker_run(replace(LAUNCH, transport="unix"), plan, {})
    args = run.args(None)
    assert "--publish" not in args
    assert args[args.index("--mount") + 1] == 'type=bind,"source=/tmp/a,""b/echo-1",target=/run/pluginart'
    assert run.env["PLUGIN_SOCKET"] == run.env["PLUGIN_TOKEN_FOR"] == "/run/pluginart/plugin.sock"


def test_no_value_stands_among_the_arguments_and_none_of_the_plugins_steers_the_client() -> None:
    client = {"PATH": "/bin", "LANG": "C", "HOME": "/root"}
    values = {
        "A": "1",
        "LINES": "x\ny",
        "LANG": "de",
        "HOME": "/h",
        "DOCKER_HOST": "tcp://x",
        "o.dd": "2",
        "https_proxy": "p",
    }
    run = docker_run(replace(LAUNCH, env=values), PLAN, client)
    args = run.args("/dev/fd/7")
    named = [name for flag, name in itertools.pairwise(args) if flag == "--env"]
    assert [name for name in named if not name.startswith("PLUGIN_")] == ["A", "LINES"]
    assert args[args.index("--env-file") + 1] == "/dev/fd/7"
    assert run.input == "LANG=de\nHOME=/h\nDOCKER_HOST=tcp://x\no.dd=2\nhttps_proxy=p\n"
    assert run.env.items() >= {"A": "1", "LINES": "x\ny", **client}.items()
    with pytest.raises(ValueError, match="the variable HOME cannot be given"):
        docker_run(replace(LAUNCH, env={"HOME": "a\nb"}), PLAN, client)


def test_limits_and_a_user_are_docker_s_own_flags() -> None:
    launch = replace(
        LAUNCH,
        resources=Resources(memory="200m", cpus=0.5, pids=64),
        capabilities=["NET_BIND_SERVICE"],
        no_new_privileges=False,
        read_only=False,
        network="backend",
    )
    args = " ".join(docker_run(launch, replace(PLAN, user="1000:1000"), {}).args(None))
    assert "--cap-drop ALL --cap-add NET_BIND_SERVICE --tmpfs" in args
    assert "--pids-limit 64 --memory 200m --cpus 0.5 --user 1000:1000 --network backend acme/echo:1 -v" in args
