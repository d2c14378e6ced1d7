"""What ``pluginart.toml`` may hold.

Each table is a list of rules, one for each key, in the order in which messages name them. The TypeScript runtime has
the same in ``host/manager/config/shape.ts``, from which ``pluginart.schema.json`` is made; a test holds this to that.
"""

from typing import Literal

from .container_shape import CONTAINER_RULES, TRANSPORT
from .kinds import (
    NO_NUL,
    Boolean,
    Duration,
    Integer,
    OneOf,
    Text,
    TextList,
    check_address,
    check_env,
    check_inherit_env,
    seen_before,
)
from .reporter import NAME_PATTERN
from .rule import Rule

PluginType = Literal["binary", "docker", "remote"]

SETTING_RULES = (
    Rule("startup_timeout", Duration()),
    Rule("shutdown_timeout", Duration(zero_allowed=True)),
    Rule("health_interval", Duration()),
    Rule("unresponsive_timeout", Duration()),
    Rule("max_restarts", Integer(0, 1_000_000)),
    Rule("restart_backoff_max", Duration()),
    Rule("stable_after", Duration(zero_allowed=True)),
    Rule("call_timeout", Duration(zero_allowed=True)),
    Rule("max_message_bytes", Integer(1024, 4_294_967_295)),
    Rule("min_protocol", OneOf((1, 2), "must be 1 or 2")),
    Rule("compression", OneOf(("none",), 'must be "none": compression is not available yet; leave the key out')),
)
"""Keys that stand in ``[defaults]`` and, for one plugin, in its own entry."""

CONTRACT_HASH = Text(
    "^sha256:[0-9a-f]{64}$",
    'must be "sha256:" and 64 lowercase hex digits, as `pluginart validate schema.fbs` prints them',
)

COMMON_RULES = (
    Rule(
        "name",
        Text(NAME_PATTERN, 'must be 1 to 64 letters, digits, ".", "_" or "-", and begin with a letter or digit'),
        required=True,
    ),
    Rule("contract_hash", CONTRACT_HASH),
    Rule("schema", Text(r"^[^\0]+$", "must be the path of a .fbs file")),
    Rule("optional", Boolean()),
    *SETTING_RULES,
)

ARGS = TextList(NO_NUL)

PLUGIN_RULES: dict[PluginType, tuple[Rule, ...]] = {
    "binary": (
        Rule("type", seen_before),
        Rule("path", Text(r"^[^\0]+$", "must be the path of a program"), required=True),
        Rule("args", ARGS),
        Rule("transport", TRANSPORT),
        Rule("env", check_env),
        Rule("inherit_env", check_inherit_env),
        Rule("cwd", Text(r"^[^\0]+$", "must be the path of a directory")),
        *COMMON_RULES,
    ),
    "docker": (
        Rule("type", seen_before, required=True),
        Rule("args", ARGS),
        Rule("env", check_env),
        *CONTAINER_RULES,
        *COMMON_RULES,
    ),
    "remote": (
        Rule("type", seen_before, required=True),
        Rule("address", check_address, required=True),
        Rule("transport", OneOf(("tcp",), 'must be "tcp": plugins of type "remote" are reached by TCP only')),
        Rule("dial_timeout", Duration()),
        Rule("token_env", Text(r"^[^=\s\0]+$", "must be the name of an environment variable")),
        *COMMON_RULES,
    ),
}

ROOT_RULES = (
    Rule("version", OneOf((1,), "must be 1"), required=True),
    Rule("defaults", seen_before),
    Rule("plugins", seen_before),
)
