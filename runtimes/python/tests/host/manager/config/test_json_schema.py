"""Holds Python's configuration to the JSON Schema, which is made from the TypeScript runtime's definition."""

import dataclasses
import json
from typing import Any

from pluginart.host.launch.launch_spec import BinaryLaunch, DockerLaunch, RemoteLaunch, Resources
from pluginart.host.manager.config.container_shape import RESOURCE_RULES
from pluginart.host.manager.config.duration import DURATION_PATTERN, parse_duration
from pluginart.host.manager.config.kinds import Boolean, Duration, Integer, OneOf, Text, TextList
from pluginart.host.manager.config.remote_address import ADDRESS_PATTERN
from pluginart.host.manager.config.rule import Rule
from pluginart.host.manager.config.shape import PLUGIN_RULES, ROOT_RULES, SETTING_RULES
from pluginart.host.supervise.plugin_spec import PluginSpec

from ...typescript_plugins import ROOT

SCHEMA = json.loads((ROOT / "runtimes/typescript/pluginart.schema.json").read_text())
PLUGINS = {entry["properties"]["type"]["const"]: entry for entry in SCHEMA["properties"]["plugins"]["items"]["oneOf"]}
LAUNCHES = {"binary": BinaryLaunch, "docker": DockerLaunch, "remote": RemoteLaunch}


def check_rules(rules: tuple[Rule, ...], schema: dict[str, Any]) -> None:
    assert [rule.name for rule in rules] == list(schema["properties"])
    assert {rule.name for rule in rules if rule.required} == set(schema.get("required", []))
    assert schema["additionalProperties"] is False
    for rule in rules:
        check_kind(rule.check, schema["properties"][rule.name])


def check_kind(check: object, value: dict[str, Any]) -> None:
    match check:
        case Text(pattern=pattern):
            assert (value["type"], value["pattern"]) == ("string", pattern)
        case Duration():
            assert (value["type"], value["pattern"]) == ("string", DURATION_PATTERN)
        case Integer(least=least, most=most):
            assert (value["type"], value["minimum"], value["maximum"]) == ("integer", least, most)
        case TextList(element=element):
            assert value["type"] == "array"
            check_kind(element, value["items"])
        case Boolean():
            assert value["type"] == "boolean"
        case OneOf(values=values):
            allowed = value.get("enum") or [one["const"] for one in value.get("anyOf", [value])]
            assert list(values) == allowed


def test_the_keys_are_the_same_in_the_same_order_with_the_same_limits() -> None:
    check_rules(ROOT_RULES, SCHEMA)
    check_rules(SETTING_RULES, SCHEMA["properties"]["defaults"])
    assert list(PLUGIN_RULES) == list(PLUGINS)
    for kind, rules in PLUGIN_RULES.items():
        check_rules(rules, PLUGINS[kind])
    check_rules(RESOURCE_RULES, PLUGINS["docker"]["properties"]["resources"])
    assert PLUGINS["remote"]["properties"]["address"]["pattern"] == ADDRESS_PATTERN


def test_the_defaults_are_the_same() -> None:
    built_in = {field.name: field.default for field in dataclasses.fields(PluginSpec)}
    for name, value in SCHEMA["properties"]["defaults"]["properties"].items():
        if name != "compression":
            expected = parse_duration(value["default"]) if isinstance(value["default"], str) else value["default"]
            assert built_in[name] == expected, name
    for kind, launch in LAUNCHES.items():
        fields = {field.name: field.default for field in dataclasses.fields(launch)}
        for name, value in PLUGINS[kind]["properties"].items():
            if name not in fields or "default" not in value:
                continue
            expected = value["default"]
            found = fields[name]
            assert found == (
                parse_duration(expected) if name == "dial_timeout" else tuple(expected) if expected == [] else expected
            )
    pids = PLUGINS["docker"]["properties"]["resources"]["properties"]["pids"]["default"]
    assert Resources().pids == pids
