"""Waiting with a bound. Knows nothing of what is waited for."""
