"""Pages of meetings and minutes."""
