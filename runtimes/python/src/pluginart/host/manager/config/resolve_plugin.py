"""Makes a spec of what an entry says."""

import os
from collections.abc import Mapping
from typing import Any

from ...launch.launch_spec import BinaryLaunch, DockerLaunch, LaunchSpec, RemoteLaunch, Resources
from ...supervise.plugin_spec import PluginSpec
from .container_shape import CONTAINER_RULES
from .shape import SETTING_RULES, PluginType

# All plugins have it so far, so there is nothing to be told of it.
_NOT_IN_SPECS = "compression"


def resolve_plugin(
    entry: Mapping[str, Any],
    kind: PluginType,
    *,
    defaults: Mapping[str, Any],
    folder: str,
    contract_hash: str,
    token: str | None,
) -> PluginSpec:
    """Fill in what an entry leaves out, and make its paths absolute: they are relative to `folder`."""
    said = {**defaults, **entry}
    settings = {
        rule.name: said[rule.name] for rule in SETTING_RULES if rule.name in said and rule.name != _NOT_IN_SPECS
    }
    if settings.get("call_timeout") == 0:
        settings["call_timeout"] = None
    return PluginSpec(
        name=entry["name"],
        launch=_resolve_launch(entry, kind, folder, token),
        contract_hash=contract_hash,
        optional=entry.get("optional", False),
        **settings,
    )


def _resolve_launch(entry: Mapping[str, Any], kind: PluginType, folder: str, token: str | None) -> LaunchSpec:
    said = {name: entry[name] for name in ("args", "transport", "env", "inherit_env") if name in entry}
    match kind:
        case "binary":
            path = entry["path"]
            return BinaryLaunch(
                # A name without a slash is the launcher's to find on PATH.
                path=_absolute(folder, path) if "/" in path else path,
                cwd=_absolute(folder, entry.get("cwd", ".")),
                **said,
            )
        case "docker":
            container = {rule.name: entry[rule.name] for rule in CONTAINER_RULES if rule.name in entry}
            resources = Resources(**container.pop("resources", {}))
            return DockerLaunch(**(said | container), resources=resources)
        case "remote":
            host, port = entry["address"]
            timeout = {"dial_timeout": entry["dial_timeout"]} if "dial_timeout" in entry else {}
            return RemoteLaunch(host=host, port=port, token=token, **timeout)


def _absolute(folder: str, path: str) -> str:
    return os.path.normpath(os.path.join(folder, path))
