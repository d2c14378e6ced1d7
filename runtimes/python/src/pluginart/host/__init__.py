"""The host side of the runtime: many plugins, started, kept alive and called."""
