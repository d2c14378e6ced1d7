"""Keeps one plugin running."""
