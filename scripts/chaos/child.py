"""Runs a part of the run inside the application: `python -m scripts.chaos.child PART …`."""

import importlib
import sys

import django


def main() -> None:
    """Set Django up, then hand over to the part that is named."""
    django.setup()
    importlib.import_module(f"scripts.chaos.{sys.argv.pop(1)}").main()


if __name__ == "__main__":
    main()
