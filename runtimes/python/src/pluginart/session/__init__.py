"""Carries calls over one connection, without I/O of its own."""
