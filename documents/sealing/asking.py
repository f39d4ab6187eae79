"""Judging a file from a page or a command: the work is done by a small process with limits (`documents.sealing.errand`)."""

import json

from common import errands
from documents.sealing.findings import Findings
from documents.sealing.keys import roots, time_roots

ERRAND = "documents.sealing.errand"
SECONDS = 40


def examine(content: bytes) -> Findings:
    """What is to be said of a file by the certificates that this organisation has sealed by. Errors: ErrandFailed."""
    return ask({"do": "check", "roots": roots(), "time_roots": time_roots()}, content)


def ask(said: dict[str, object], content: bytes) -> Findings:
    """Send the errand of judging; what it found."""
    answer = errands.run(ERRAND, json.dumps(said).encode() + b"\n" + content, seconds=SECONDS)
    return Findings.read(json.loads(answer.partition(b"\n")[0])["findings"])
