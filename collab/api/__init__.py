"""The root of the API: its addresses, the whole-project dump, its description."""
