"""The organisation's seal: its keys, sealing a document once, the proof file, and judging what somebody holds in hand."""
