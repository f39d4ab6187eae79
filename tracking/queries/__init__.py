"""Reads that pages, services and other floors share."""
