"""Run plugins as processes, containers or remote services, and call them with plain typed objects."""
