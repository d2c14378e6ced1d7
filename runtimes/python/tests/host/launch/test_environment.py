import os

from pluginart.host.launch.address import UnixAddress
from pluginart.host.launch.environment import plugin_environment
from pluginart.host.launch.launch_spec import BinaryLaunch
from pluginart.transport import TcpAddress

HOST = {"PATH": "/bin", "HOME": "/home/me", "PLUGIN_TOKEN": "of the host", "PLUGIN_ADDR": "x:1"}
UNIX = UnixAddress("/tmp/p.sock")
OURS = {
    "PLUGIN_SOCKET": "/tmp/p.sock",
    "PLUGIN_TOKEN": "ff",
    "PLUGIN_TOKEN_FOR": "/tmp/p.sock",
    "PLUGIN_LIFELINE": "stdin",
}


def test_the_host_environment_is_inherited_less_what_the_host_itself_was_given_as_a_plugin() -> None:
    launch = BinaryLaunch(path="x", env={"HOME": "/srv", "PLUGIN_X": "no"})
    assert plugin_environment(launch, HOST, UNIX, "ff") == {"PATH": "/bin", "HOME": "/srv"} | OURS


def test_inheritance_can_be_turned_off_or_narrowed_but_never_to_plugin_variables() -> None:
    assert plugin_environment(BinaryLaunch(path="x", inherit_env=False), HOST, UNIX, "ff") == OURS
    narrowed = BinaryLaunch(path="x", inherit_env=["HOME", "PLUGIN_ADDR", "MISSING"])
    assert plugin_environment(narrowed, HOST, UNIX, "ff") == {"HOME": "/home/me"} | OURS


def test_a_tcp_address_is_given_as_host_and_port_and_the_token_is_for_exactly_that() -> None:
    launch = BinaryLaunch(path="x", inherit_env=False)
    environment = plugin_environment(launch, HOST, TcpAddress("127.0.0.1", 9000), "ff")
    assert environment["PLUGIN_ADDR"] == environment["PLUGIN_TOKEN_FOR"] == "127.0.0.1:9000"
    assert "PLUGIN_SOCKET" not in environment


def test_a_spec_made_in_code_runs_where_the_host_runs() -> None:
    assert BinaryLaunch(path="x").cwd == os.getcwd()
