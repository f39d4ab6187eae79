"""How the acts of a memorandum read."""
