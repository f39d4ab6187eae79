"""A process that seals one document and is killed at a step: `python -m tests.documents.killed STEP PRIMARY-KEY`."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  after the apps are ready
from django.core.files.storage import default_storage  # noqa: E402

from documents.sealing import seal  # noqa: E402


def die(*_said: Any, **_more: Any) -> Any:
    """As a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(work: Callable[..., Any]) -> Callable[..., Any]:
    """Do it, then die."""

    def both(*said: Any, **more: Any) -> Any:
        work(*said, **more)
        die()

    return both


def half(name: str, content: Any, max_length: int | None = None) -> Any:
    """A file is half written."""
    target = Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.read()[:5000])
    die()


STEPS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "with the lease": (seal, "_seal", die),
    "before the errand": (seal.errands, "run", die),
    "sealed, nothing said": (seal.errands, "run", then_die(seal.errands.run)),
    "said, nothing laid down": (seal, "lay_down", die),
    "half laid down": (default_storage, "save", half),
    "laid down, not handed out": (seal, "_hand_out", die),
    "handed out, not committed": (seal.ports, "record", then_die(seal.ports.record)),
    "handed out, no proof": (seal, "_prove", die),
    "proof signed, not kept": (seal, "proof_of", then_die(seal.proof_of)),
    "proof kept, not named": (seal, "_name_proof", die),
}

if __name__ == "__main__":
    where, name, does = STEPS[sys.argv[1]]
    setattr(where, name, does)
    seal.seal_document(int(sys.argv[2]))
