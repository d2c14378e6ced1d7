"""``pluginart.toml``: what a manager starts from. Loads a TOML parser, so import it lazily."""

from .check_config import ConfigReport, check_config
from .load_config import LoadedConfig, load_config
from .problem import ConfigProblem, Place

__all__ = ["ConfigProblem", "ConfigReport", "LoadedConfig", "Place", "check_config", "load_config"]
