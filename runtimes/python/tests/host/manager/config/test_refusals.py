"""The same refusals as the TypeScript runtime's, in the same words."""

import re
from pathlib import Path

import pytest

from pluginart.host.manager.config import ConfigProblem, check_config

HASH = f"sha256:{'a' * 64}"
ECHO = f'name = "echo"\ncontract_hash = "{HASH}"\n'


def plugin(rest: str, head: str = ECHO) -> str:
    """A file with one entry, whose first lines, from 3 on, are `head`."""
    return f"version = 1\n[[plugins]]\n{head}{rest}\n"


CASES: dict[str, tuple[str, list[str]]] = {
    "an unknown key, with the nearest": (
        plugin('pth = "a"\npath = "a"'),
        [r'^p\.toml:5:1: plugin "echo": unknown key "pth"; did you mean "path"\?$'],
    ),
    "an unknown key that is near nothing": (
        plugin('path = "a"\nzzzzzzzz = 1'),
        [r':6:1: plugin "echo": unknown key "zzzzzzzz"; known here: type, path, args'],
    ),
    "a table of unknown name": (
        'version = 1\n[[plugin]]\nname = "a"\n',
        [r':2:3: unknown key "plugin"; did you mean "plugins"\?'],
    ),
    "one bracket": (
        'version = 1\n[plugins]\nname = "a"\n',
        [r':2:1: plugins must be a list: write "\[\[plugins\]\]"'],
    ),
    "no version": (
        f'[[plugins]]\nname = "a"\npath = "a"\ncontract_hash = "{HASH}"',
        [":1:1: version is missing: begin"],
    ),
    "another version": ("version = 2\n", [":1:11: version must be 1$"]),
    "a version as a string": ('version = "1"\n', [":1:11: version must be 1$"]),
    "a version as a boolean": ("version = true\n", [":1:11: version must be 1$"]),
    "defaults that belong to a plugin": (
        'version = 1\n[defaults]\nimage = "x"\n',
        [':3:1: "image" has no default: it stands in each'],
    ),
    "a misspelt default": (
        'version = 1\n[defaults]\ncall_timout = "1s"\n',
        [r':3:1: unknown key "call_timout"; did you mean "call_timeout"\?'],
    ),
    "defaults that are no table": ("version = 1\ndefaults = 7\n", [":2:12: defaults must be a table, not a number"]),
    "a key of another type": (
        plugin('path = "a"\naddress = "a:1"\nresources = {}'),
        [
            ':6:1: plugin "echo": "address" does not fit type "binary": it belongs to type "remote"',
            ':7:1: .*"resources" .* type "docker"',
        ],
    ),
    "path on docker": (
        plugin('type = "docker"\nimage = "x"\npath = "a"\ncwd = "b"'),
        [':7:1: .*"path" does not fit type "docker": it belongs to type "binary"', ':8:1: .*"cwd"'],
    ),
    "unix on remote": (
        plugin('type = "remote"\naddress = "localhost:1"\ntransport = "unix"'),
        [':7:13: .*transport must be "tcp"'],
    ),
    "a forgotten type": (
        plugin('image = "x"'),
        [':2:1: .*path is missing, or type = "docker"', ':5:1: .*"image" does not fit'],
    ),
    "a wrong type": (
        plugin('type = "dokcer"\nimage = "x"'),
        [':5:8: plugin "echo": type must be "binary", "docker" or "remote"'],
    ),
    "a list for a type": (plugin('type = ["docker"]'), [':5:8: .*type must be "binary", "docker" or "remote"']),
    "a missing path": (plugin(""), [':2:1: plugin "echo": path is missing$']),
    "a missing name": ('version = 1\n[[plugins]]\npath = "a"\nschema = "echo.fbs"\n', [":2:1: name is missing$"]),
    "a name with a slash": (
        plugin('path = "a"', f'name = "a/b"\ncontract_hash = "{HASH}"\n'),
        [":3:8: name must be 1 to 64 letters"],
    ),
    "a name with a line end": (
        plugin('path = "a"', f'name = "a\\n"\ncontract_hash = "{HASH}"\n'),
        [":3:8: name must be 1 to 64 letters"],
    ),
    "a number for a string": (
        plugin("path = 7"),
        [':5:8: plugin "echo": path must be a string, not a number: put it in double quotes'],
    ),
    "a date for a string": (plugin("path = 1979-05-27"), [":5:8: .*path must be a string, not a date$"]),
    "a string for a list": (plugin('path = "a"\nargs = "x"'), [":6:8: .*args must be a list, not a string"]),
    "a wrong element": (
        plugin('path = "a"\nargs = ["x",\n  8080]'),
        [r":7:3: .*args\[1\] must be a string, not a number"],
    ),
    "a number in env": (
        plugin('path = "a"\n[plugins.env]\nPORT = 8080'),
        [r":7:8: .*env\.PORT must be a string, not a number: put"],
    ),
    "PLUGIN_ in env": (
        plugin('path = "a"\nenv = { A = "1", PLUGIN_TOKEN = "x" }'),
        [r":6:18: .*env\.PLUGIN_TOKEN may not be set"],
    ),
    "a name that is none in env": (plugin('path = "a"\nenv = { "A=B" = "1" }'), [":6:9: .*env.A=B is no name for"]),
    "a boolean for a string": (plugin("path = true"), [":5:8: .*path must be a string, not true: put it in"]),
    "a word for a boolean": (
        plugin('path = "a"\noptional = "no"'),
        [":6:12: .*optional must be true or false, not a st"],
    ),
    "a number in inherit_env": (
        plugin('path = "a"\ninherit_env = [1]'),
        [":6:15: .*inherit_env must be true, false, or"],
    ),
    "NUL in an argument": (plugin('path = "a"\nargs = ["\\u0000"]'), [r":6:9: .*args\[0\] must not hold a NUL"]),
    "a bad duration": (
        plugin('path = "a"\ncall_timeout = "5"'),
        [':6:16: .*call_timeout "5" lacks a unit .*; write a duration such as'],
    ),
    "no time to start": (
        plugin('path = "a"\nstartup_timeout = "0s"'),
        [':6:19: .*startup_timeout "0s" must be above zero'],
    ),
    "a number for a duration": (
        plugin('path = "a"\ncall_timeout = 5'),
        [":6:16: .*call_timeout must be a string, not a number"],
    ),
    "a fraction of a restart": (
        plugin('path = "a"\nmax_restarts = 1.5'),
        [":6:16: .*max_restarts must be an integer from 0 to"],
    ),
    "restarts without end": (
        plugin('path = "a"\nmax_restarts = inf'),
        [":6:16: .*max_restarts must be an integer from"],
    ),
    "tiny messages": (
        plugin('path = "a"\nmax_message_bytes = 0'),
        [":6:21: .*max_message_bytes must be an integer from 1024 to 4294967295"],
    ),
    "protocol 3": (plugin('path = "a"\nmin_protocol = 3'), [":6:16: .*min_protocol must be 1 or 2"]),
    "compression": (
        plugin('path = "a"\ncompression = "zstd"'),
        [':6:15: .*compression must be "none": .* not available yet'],
    ),
    "a bad address": (
        plugin('type = "remote"\naddress = "::1:9000"'),
        [':6:11: .*address must be "host:port"'],
    ),
    "a port beyond the last": (plugin('type = "remote"\naddress = "a:65536"'), [":6:11: .*address must be"]),
    "an address with a line end": (plugin('type = "remote"\naddress = "localhost:1\\n"'), [":6:11: .*address must be"]),
    "a short hash": (
        plugin('path = "a"', 'name = "a"\ncontract_hash = "sha256:abc"\n'),
        [':4:17: .*contract_hash must be "sha256:" and 64'],
    ),
    "no contract": (
        plugin('path = "a"', 'name = "a"\n'),
        [':2:1: plugin "a": contract_hash or schema is missing'],
    ),
    "no such schema": (
        plugin('path = "a"\nschema = "x.fbs"', 'name = "a"\n'),
        [r':5:1\d: .*schema "x\.fbs" cannot be read: there is no such file'],
    ),
    "a contract that differs": (
        plugin('path = "a"\nschema = "echo.fbs"'),
        [r':4:17: .*contract_hash is sha256:a{64}, but "echo\.fbs" has sha256:[0-9a-f]{64}: correct it'],
    ),
    "a name twice": (
        plugin('path = "a"') + '[[plugins]]\nname = "echo"\npath = "b"\nschema = "echo.fbs"\n',
        [':7:8: plugin "echo": name is taken already, in line 3'],
    ),
    "a docker flag for an image": (
        plugin('type = "docker"\nimage = "--privileged"'),
        [":6:9: .*image must be the name of a Docker image"],
    ),
    "a port of a container without a network": (
        plugin('type = "docker"\nimage = "x"\nnetwork = "none"'),
        [':7:11: .*network publishes no port, so it needs transport = "unix"'],
    ),
    "a container in the host's network": (
        plugin('type = "docker"\nimage = "x"\nnetwork = "host"'),
        [":7:11: .*network publishes no port"],
    ),
    "values that docker would refuse": (
        plugin(
            'type = "docker"\nimage = "x"\npull = "yes"\nuser = "-u"\ntmp_size = "64 MB"\ncapabilities = ["net_admin"]'
        ),
        [
            ':7:8: .*pull must be "never", "missing" or "always"',
            ":8:8: .*user must be a user such as",
            ':9:12: .*tmp_size must be a size such as "64m"',
            r":10:17: .*capabilities\[0\] must be the name of a capability",
        ],
    ),
    "limits that are none": (
        plugin('type = "docker"\nimage = "x"\nresources = { pids = 0, cpu = 1 }'),
        [
            r":7:22: .*resources\.pids must be an integer from 1 to 4194304",
            ':7:25: .*unknown key "cpu"; did you mean "cpus"',
        ],
    ),
    "a memory that is none": (
        plugin('type = "docker"\nimage = "x"\nresources = { memory = "lots", cpus = 0, disk = 1 }'),
        [
            r':7:24: .*resources\.memory must be a size such as "256m"',
            r":7:39: .*resources\.cpus must be above zero",
            ':7:42: .*unknown key "disk"; known here: memory, cpus, pids',
        ],
    ),
    "no TOML": ("version = 1\nname = \n", [r":2:\d+: not valid TOML: "]),
    "a key with a line end": ('version = 1\n"a\\nb" = 1\n', [r'unknown key "a\\u000ab"']),
    "a secret that is not set": (
        plugin('type = "remote"\naddress = "localhost:1"\ntoken_env = "NOT_THERE"'),
        [":7:13: .*NOT_THERE, which is not set"],
    ),
    "a plugin that is no table": (
        "version = 1\nplugins = [1]\n",
        [r":2:12: plugins\[0\] must be a table, not a number"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_refuses(name: str, tmp_path: Path) -> None:
    text, expected = CASES[name]
    (tmp_path / "echo.fbs").write_text("namespace echo;\n")
    file = tmp_path / "pluginart.toml"
    file.write_text(text)
    report = check_config(str(file), {})
    problems = [str(ConfigProblem("p.toml", one.place, one.plugin, one.message)) for one in report.problems]
    assert len(problems) == len(expected), problems
    for problem, pattern in zip(problems, expected, strict=True):
        assert re.search(pattern, problem), problem
    # What is wrong elsewhere in the file is not held against the plugin.
    assert len(report.plugins) == (1 if name in ("a name twice", "no version") else 0)


def test_what_is_odd_but_right_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "pluginart.toml"
    text = plugin('path = "a"\nmax_restarts = 3.0\nenv = { __proto__ = "x" }')
    file.write_text(text.replace("version = 1", "version = 1.0"))
    report = check_config(str(file), {})
    assert report.problems == ()
    assert (report.plugins[0].max_restarts, report.plugins[0].launch.env) == (3, {"__proto__": "x"})  # type: ignore[union-attr]
