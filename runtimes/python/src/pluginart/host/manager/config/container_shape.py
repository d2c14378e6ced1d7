"""The keys of ``type = "docker"`` that no other type has."""

from typing import Any

from .check_table import check_table, describe_unknown
from .kinds import Boolean, Integer, OneOf, Text, TextList, check_cpus
from .reporter import Reporter
from .rule import NOTHING, Rule
from .toml_scanner import Path

SIZE = "^[1-9][0-9]*[bkmgBKMG]?$"

TRANSPORT = OneOf(("unix", "tcp"), 'must be "unix" or "tcp"')

NO_PORT = 'publishes no port, so it needs transport = "unix"'

RESOURCE_RULES = (
    Rule("memory", Text(SIZE, 'must be a size such as "256m" or "1g"')),
    Rule("cpus", check_cpus),
    Rule("pids", Integer(1, 4_194_304)),
)


def check_resources(reporter: Reporter, path: Path, value: Any) -> Any:
    """Take a table of limits."""
    if not reporter.expect(path, value, "table"):
        return NOTHING
    return check_table(reporter, RESOURCE_RULES, path, value, lambda key: describe_unknown(key, RESOURCE_RULES))


def is_unpublished(network: str) -> bool:
    """Return whether docker publishes no port on it: on ``host`` the plugin would even listen on all interfaces."""
    return network in ("none", "host") or network.startswith("container:")


CONTAINER_RULES = (
    Rule(
        "image",
        Text(r"^[A-Za-z0-9][^\s\0]*$", 'must be the name of a Docker image, such as "acme/echo:1.2"'),
        required=True,
    ),
    Rule("transport", TRANSPORT),
    Rule("resources", check_resources),
    Rule("pull", OneOf(("never", "missing", "always"), 'must be "never", "missing" or "always"')),
    Rule(
        "user",
        Text(
            "^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$",
            'must be a user such as "node", "1000" or "1000:1000"',
        ),
    ),
    Rule("network", Text("^[A-Za-z0-9][A-Za-z0-9_.:-]*$", 'must be the name of a docker network, or "none"')),
    Rule("read_only", Boolean()),
    Rule("tmp_size", Text(SIZE, 'must be a size such as "64m" or "1g"')),
    Rule("no_new_privileges", Boolean()),
    Rule(
        "capabilities",
        TextList(Text("^[A-Z][A-Z_]*$", 'must be the name of a capability such as "NET_BIND_SERVICE"')),
    ),
)
