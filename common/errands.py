"""Work for a small process of its own, that knows one module, no secret, and ends: what it loads weighs on no server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("PATH", "HOME", "TMPDIR", "TZ", "VIRTUAL_ENV", "SYSTEMROOT")
KEPT_OF = ("LANG", "LC_", "LD_", "DYLD_", "XDG_", "FONTCONFIG_", "PYTHON")


class ErrandFailed(RuntimeError):
    """It took too long, or ended without an answer; its last words."""


def run(module: str, said: bytes, *, seconds: int) -> bytes:
    """What `python -m module` answers to these bytes. Errors: ErrandFailed, also when it is not done in time."""
    env = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(KEPT_OF)}
    command = [sys.executable, "-m", module]
    try:
        done = subprocess.run(  # noqa: S603  a module of our own
            command, input=said, capture_output=True, timeout=seconds, env=env, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise ErrandFailed(f"{module}: not done within {seconds} seconds") from late
    if done.returncode:
        raise ErrandFailed(f"{module}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def end_after(seconds: int) -> None:
    """In the process of the errand: end by itself, should who sent it be gone."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def words(module: str, said: list[str], *, seconds: int) -> list[str]:
    """An errand that answers words with as many words."""
    answer: list[str] = json.loads(run(module, json.dumps(said).encode(), seconds=seconds))
    return answer
