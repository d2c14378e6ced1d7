"""Reads a configuration file that is to be used."""

from collections.abc import Sequence
from dataclasses import dataclass

from ....errors import ConfigError
from ...supervise.plugin_spec import PluginSpec
from .check_config import check_config
from .problem import ConfigProblem


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """What a manager needs."""

    plugins: tuple[PluginSpec, ...]
    """In the order of the file."""
    warnings: tuple[ConfigProblem, ...]
    """Worth telling the operator; nothing that stops the host."""


def load_config(file: str) -> LoadedConfig:
    """Read a ``pluginart.toml``, the schemas it names, and secrets from the environment.

    Raises a ConfigError naming everything that is wrong, each with file, line and column.
    """
    report = check_config(file)
    if report.problems:
        raise ConfigError(_describe_problems(report.problems))
    return LoadedConfig(report.plugins, report.warnings)


def _describe_problems(problems: Sequence[ConfigProblem]) -> str:
    if len(problems) == 1:
        return str(problems[0])
    lines = "\n".join(f"  {problem}" for problem in problems)
    return f"{len(problems)} errors in the configuration:\n{lines}"
