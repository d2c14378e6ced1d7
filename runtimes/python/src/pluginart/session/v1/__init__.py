"""Version 1: strictly one exchange after the other. PROTOCOL.md, section 4."""
