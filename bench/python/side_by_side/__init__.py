"""Pluginart beside raw sockets and grpcio, in one run."""
