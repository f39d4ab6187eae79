"""Canonical JSON, as documents spell their snapshots."""

from common.canonical import canonical, plain, sha256_of

__all__ = ["canonical", "plain", "sha256_of"]
