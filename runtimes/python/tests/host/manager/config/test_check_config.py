import hashlib
from pathlib import Path

import pytest

from pluginart.errors import ConfigError
from pluginart.host.launch.launch_spec import BinaryLaunch, DockerLaunch, RemoteLaunch, Resources
from pluginart.host.manager.config import ConfigReport, check_config, load_config
from pluginart.host.supervise.plugin_spec import PluginSpec

HASH = f"sha256:{'a' * 64}"
SECRET = "5ec4e7" * 10 + "abcd"
SCHEMA = b"namespace echo;\n"


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = str(path / "pluginart.toml")

    def write(self, content: str | bytes) -> str:
        Path(self.file).write_bytes(content.encode() if isinstance(content, str) else content)
        return self.file

    def check(self, content: str | bytes, environment: dict[str, str] | None = None) -> ConfigReport:
        return check_config(self.write(content), environment or {})


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "echo.fbs").write_bytes(SCHEMA)
    return Folder(tmp_path)


def plugin(rest: str, head: str = f'name = "echo"\ncontract_hash = "{HASH}"\n') -> str:
    return f"version = 1\n[[plugins]]\n{head}{rest}\n"


def test_the_shortest_entry_gets_every_default(folder: Folder) -> None:
    report = folder.check(plugin('path = "./bin/echo"'))
    assert (report.problems, report.warnings) == ((), ())
    launch = BinaryLaunch(path=str(folder.path / "bin/echo"), cwd=str(folder.path))
    assert report.plugins == (PluginSpec(name="echo", launch=launch, contract_hash=HASH),)
    assert report.plugins[0].call_timeout == 30.0


def test_an_entry_overrides_the_defaults_which_override_what_is_built_in(folder: Folder) -> None:
    report = folder.check(f"""
version = 1
defaults.call_timeout = "0s"
defaults.startup_timeout = "1m"
defaults.compression = "none"
[[plugins]]
name = "a"
path = "a"
contract_hash = "{HASH}"
startup_timeout = "1500ms"
cwd = "sub"
inherit_env = ["HOME"]
optional = true
min_protocol = 2
[plugins.env]
B = "2"
[[plugins]]
name = "b"
path = "/usr/bin/b"
contract_hash = "{HASH}"
transport = "tcp"
""")
    assert report.problems == ()
    a, b = report.plugins
    assert a == PluginSpec(
        name="a",
        launch=BinaryLaunch(path="a", env={"B": "2"}, inherit_env=["HOME"], cwd=str(folder.path / "sub")),
        contract_hash=HASH,
        startup_timeout=1.5,
        call_timeout=None,
        optional=True,
        min_protocol=2,
    )
    assert (b.startup_timeout, b.launch) == (
        60.0,
        BinaryLaunch(path="/usr/bin/b", transport="tcp", cwd=str(folder.path)),
    )


def test_docker_and_remote_entries(folder: Folder) -> None:
    report = folder.check(
        f"""
version = 1
[[plugins]]
name = "d"
type = "docker"
image = "acme/echo:1.2"
contract_hash = "{HASH}"
resources = {{ memory = "256m", cpus = 1.5 }}
[[plugins]]
name = "relaxed"
type = "docker"
image = "acme/echo:1.2"
contract_hash = "{HASH}"
args = ["-v"]
transport = "unix"
env = {{ A = "b" }}
resources = {{ pids = 64 }}
pull = "missing"
user = "1000:1000"
network = "none"
read_only = false
tmp_size = "1g"
no_new_privileges = false
capabilities = ["NET_BIND_SERVICE"]
[[plugins]]
name = "r"
type = "remote"
address = "[::1]:9000"
contract_hash = "{HASH}"
dial_timeout = "1s"
token_env = "ECHO_TOKEN"
[[plugins]]
name = "s"
type = "remote"
address = "plugins.example.com:443"
contract_hash = "{HASH}"
""",
        {"ECHO_TOKEN": SECRET},
    )
    assert report.problems == ()
    assert [spec.launch for spec in report.plugins] == [
        DockerLaunch(image="acme/echo:1.2", resources=Resources(memory="256m", cpus=1.5)),
        DockerLaunch(
            image="acme/echo:1.2",
            args=["-v"],
            transport="unix",
            env={"A": "b"},
            resources=Resources(pids=64),
            pull="missing",
            user="1000:1000",
            network="none",
            read_only=False,
            tmp_size="1g",
            no_new_privileges=False,
            capabilities=["NET_BIND_SERVICE"],
        ),
        RemoteLaunch(host="::1", port=9000, dial_timeout=1.0, token=SECRET),
        RemoteLaunch(host="plugins.example.com", port=443),
    ]
    assert SECRET not in repr(report)
    assert [str(warning).removeprefix(folder.file) for warning in report.warnings] == [
        ':32:1: plugin "s": nothing proves who answers at this address: set token_env to share a secret with the plugin'
    ]


def test_the_contract_hash_comes_from_the_schema_file(folder: Folder) -> None:
    expected = f"sha256:{hashlib.sha256(SCHEMA).hexdigest()}"
    for both in ("", f'contract_hash = "{expected}"\n'):
        report = folder.check(plugin(f'path = "a"\nschema = "echo.fbs"\n{both}', 'name = "echo"\n'))
        assert [spec.contract_hash for spec in report.plugins] == [expected]


def test_every_error_of_a_file_comes_at_once_in_order(folder: Folder) -> None:
    report = folder.check(f"""version = 3
[defaults]
call_timeout = "soon"
[[plugins]]
name = "a"
pth = "a"
[[plugins]]
name = "good"
path = "good"
contract_hash = "{HASH}"
[[plugins]]
name = "a"
path = "b"
schema = "missing.fbs"
""")
    assert [problem.place.line for problem in report.problems if problem.place] == [1, 3, 4, 4, 6, 12, 14]
    assert [spec.name for spec in report.plugins] == ["good"]


def test_a_secret_of_the_wrong_form_is_never_repeated(folder: Folder) -> None:
    text = plugin('type = "remote"\naddress = "localhost:1"\ntoken_env = "T"')
    (problem,) = folder.check(text, {"T": "hunter2"}).problems
    assert "T, which does not hold 16 to 64 bytes as hex digits" in problem.message
    assert "hunter2" not in str(problem)


def test_an_empty_file_that_is_otherwise_right_is_worth_a_warning(folder: Folder) -> None:
    for text in ("version = 1\n", "version = 1\nplugins = []\n"):
        report = folder.check(text)
        assert report.problems == ()
        assert [warning.message for warning in report.warnings] == ["no plugin is configured: add a [[plugins]] entry"]


def test_a_byte_order_mark_is_no_fault_and_other_bytes_are(folder: Folder) -> None:
    assert folder.check(b"\xef\xbb\xbfversion = 1\r\n").problems == ()
    assert [problem.message for problem in folder.check(b"v\xff\xfe").problems] == ["the file is not UTF-8 text"]


def test_load_config_gives_the_plugins_or_raises_one_error_that_lists_everything(folder: Folder) -> None:
    assert [spec.name for spec in load_config(folder.write(plugin('path = "a"'))).plugins] == ["echo"]
    with pytest.raises(ConfigError, match=r"^2 errors in the configuration:\n  .*\.toml:5:8: .*\n  .*\.toml:6:8: "):
        load_config(folder.write(plugin("path = 1\nargs = 2")))
    missing = str(folder.path / "none.toml")
    with pytest.raises(ConfigError) as caught:
        load_config(missing)
    assert str(caught.value) == f"{missing}: cannot read the configuration: there is no such file"
    with pytest.raises(ConfigError, match="it is a directory"):
        load_config(str(folder.path))
