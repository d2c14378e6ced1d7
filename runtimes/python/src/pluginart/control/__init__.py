"""The control messages of the protocol: generated from ``protocol/pluginart.fbs``."""

from . import codecs as _codecs
from . import values as _values
