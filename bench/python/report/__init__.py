"""How figures are printed."""
