"""All that can be said about a configuration file without starting anything."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...launch.launch_spec import RemoteLaunch
from ...supervise.plugin_spec import PluginSpec
from .check_table import check_table, describe_unknown
from .container_shape import NO_PORT, is_unpublished
from .contract import ContractError, settle_contract
from .problem import ConfigProblem, Place
from .read_failure import describe_read_failure
from .remote_address import is_loopback
from .reporter import Reporter
from .resolve_plugin import resolve_plugin
from .rule import Rule
from .shape import CONTRACT_HASH, PLUGIN_RULES, ROOT_RULES, SETTING_RULES
from .token_env import TokenError, read_token
from .toml_document import TomlDocument, TomlSyntaxError
from .toml_scanner import Path


@dataclass(frozen=True, slots=True)
class ConfigReport:
    """What `check_config` found."""

    plugins: tuple[PluginSpec, ...]
    """Those about which nothing is wrong, in the order of the file."""
    problems: tuple[ConfigProblem, ...]
    """Everything wrong, in the order of the file. None = the file can be used."""
    warnings: tuple[ConfigProblem, ...] = ()
    """Worth telling the operator, and nothing that stops the host."""


def check_config(file: str, environment: Mapping[str, str] | None = None) -> ConfigReport:
    """Read and check a ``pluginart.toml``. What is wrong with the file is not raised, but in `problems`.

    `environment` is where `token_env` looks; default: this process's.
    """
    try:
        with open(file, "rb") as opened:
            text = opened.read().decode("utf-8-sig")
    except OSError as error:
        return _unusable(file, f"cannot read the configuration: {describe_read_failure(error)}")
    except UnicodeDecodeError:
        return _unusable(file, "the file is not UTF-8 text")
    try:
        document = TomlDocument(text)
    except TomlSyntaxError as error:
        return _unusable(file, f"not valid TOML: {error}", error.place)
    folder = os.path.dirname(os.path.abspath(file))
    return _Check(document, Reporter(file, document), folder, os.environ if environment is None else environment).run()


def _unusable(file: str, message: str, place: Place | None = None) -> ConfigReport:
    return ConfigReport((), (ConfigProblem(file, place, None, message),))


class _Check:
    def __init__(self, document: TomlDocument, reporter: Reporter, folder: str, environment: Mapping[str, str]) -> None:
        self._root = document.root
        self._document = document
        self._reporter = reporter
        self._folder = folder
        self._environment = environment

    def run(self) -> ConfigReport:
        reporter = self._reporter
        check_table(reporter, ROOT_RULES, (), self._root, lambda key: describe_unknown(key, ROOT_RULES))
        defaults = self._check_defaults()
        plugins = self._check_plugins(defaults)
        if not self._root.get("plugins") and not reporter.problems:
            reporter.warn((), "no plugin is configured: add a [[plugins]] entry")
        return ConfigReport(plugins, _in_order(reporter.problems), _in_order(reporter.warnings))

    def _check_defaults(self) -> dict[str, Any]:
        defaults = self._root.get("defaults", {})
        if not self._reporter.expect(("defaults",), defaults, "table"):
            return {}
        return check_table(self._reporter, SETTING_RULES, ("defaults",), defaults, _describe_no_default)

    def _check_plugins(self, defaults: dict[str, Any]) -> tuple[PluginSpec, ...]:
        entries = self._root.get("plugins", [])
        if not isinstance(entries, list):
            message = 'plugins must be a list: write "[[plugins]]" before each plugin, with two brackets'
            self._reporter.report(("plugins",), message)
            return ()
        self._check_names(entries)
        specs = [self._check_plugin(("plugins", index), entry, defaults) for index, entry in enumerate(entries)]
        return tuple(spec for spec in specs if spec is not None)

    def _check_names(self, entries: list[Any]) -> None:
        first: dict[str, int] = {}
        for index, entry in enumerate(entries):
            name = _text_at(entry, "name")
            if name is not None and first.setdefault(name, index) != index:
                line = self._document.place_of(("plugins", first[name], "name")).line
                self._reporter.wrong(
                    ("plugins", index, "name"), f"is taken already, in line {line}: each plugin needs its own"
                )

    def _check_plugin(self, path: tuple[str, int], entry: Any, defaults: dict[str, Any]) -> PluginSpec | None:
        if not self._reporter.expect(path, entry, "table"):
            return None
        kind = entry.get("type", "binary")
        known = kind in PLUGIN_RULES if isinstance(kind, str) else False
        checked: dict[str, Any] = {}
        if known:
            rules = PLUGIN_RULES[kind]
            checked = check_table(self._reporter, rules, path, entry, lambda key: _describe_unfit(key, kind, rules))
            network = checked.get("network")
            if network is not None and checked.get("transport") != "unix" and is_unpublished(network):
                self._reporter.wrong((*path, "network"), NO_PORT)
        else:
            self._reporter.wrong((*path, "type"), 'must be "binary", "docker" or "remote"')
        contract_hash = self._check_contract(path, entry)
        token = self._check_token(path, kind, checked.get("token_env"))
        if path[1] in self._reporter.faulty or contract_hash is None:
            return None
        spec = resolve_plugin(
            checked, kind, defaults=defaults, folder=self._folder, contract_hash=contract_hash, token=token
        )
        if isinstance(spec.launch, RemoteLaunch) and token is None and not is_loopback(spec.launch.host):
            message = "nothing proves who answers at this address: set token_env to share a secret with the plugin"
            self._reporter.warn(path, message)
        return spec

    def _check_contract(self, path: Path, entry: dict[str, Any]) -> str | None:
        contract_hash, schema = _text_at(entry, "contract_hash"), _text_at(entry, "schema") or None
        if contract_hash is not None and not CONTRACT_HASH.fits(contract_hash):
            contract_hash = None
        # A value of the wrong shape was reported before; here it only must not pass for absent.
        if contract_hash is None and schema is None and ("contract_hash" in entry or "schema" in entry):
            return None
        try:
            return settle_contract(contract_hash, schema, self._folder)
        except ContractError as error:
            self._reporter.report(path if error.key is None else (*path, error.key), str(error))
            return None

    def _check_token(self, path: Path, kind: object, variable: str | None) -> str | None:
        if kind != "remote" or variable is None:
            return None
        try:
            return read_token(variable, self._environment)
        except TokenError as error:
            self._reporter.report((*path, "token_env"), str(error))
            return None


def _describe_no_default(key: str) -> str:
    if any(_has(rules, key) for rules in PLUGIN_RULES.values()):
        return f'"{key}" has no default: it stands in each [[plugins]] entry'
    return describe_unknown(key, SETTING_RULES)


def _describe_unfit(key: str, kind: str, rules: tuple[Rule, ...]) -> str:
    fitting = [f'"{other}"' for other, its_rules in PLUGIN_RULES.items() if _has(its_rules, key)]
    if fitting:
        return f'"{key}" does not fit type "{kind}": it belongs to type {" or ".join(fitting)}'
    return describe_unknown(key, rules)


def _has(rules: tuple[Rule, ...], key: str) -> bool:
    return any(rule.name == key for rule in rules)


def _text_at(table: Any, key: str) -> str | None:
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, str) else None


def _in_order(problems: list[ConfigProblem]) -> tuple[ConfigProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.place or Place(0, 0)))
