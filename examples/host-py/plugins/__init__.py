"""Generated clients, a package each."""
