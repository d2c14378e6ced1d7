"""Many plugins, and the public API."""
