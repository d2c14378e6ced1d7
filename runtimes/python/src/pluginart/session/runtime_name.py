"""What this runtime calls itself in handshakes. The release script keeps the version in step with pyproject.toml."""

RUNTIME_NAME = "pluginart-py/0.1.0"
