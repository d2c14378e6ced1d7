"""Starts plugins, learns that they are ready, stops them, and says why they died. Knows nothing of calls and frames."""
