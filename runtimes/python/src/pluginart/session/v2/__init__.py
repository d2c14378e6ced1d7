"""Version 2: streams, fragments, deadlines. PROTOCOL.md, sections 6 to 13."""
