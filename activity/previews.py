"""Previews of pictures and PDFs: drawn anew by a program with narrow limits, and kept (rule H5)."""

import logging
import subprocess
import sys
from contextlib import suppress
from threading import BoundedSemaphore

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from activity.models import Attachment

log = logging.getLogger(__name__)
PROGRAM = settings.BASE_DIR / "common" / "picturing.py"  # run, never imported: what it draws with stays out of this process
LARGE, SMALL = 1600, 320  # the longer side, in points
PAGES = 30  # of a PDF that are shown
AHEAD = 6  # of them are drawn before anybody asks
SECONDS = 20.0
PATIENCE = 5.0  # seconds that a page waits for its turn; the worker draws what is new, so that few have to
_one_at_a_time = BoundedSemaphore(1)  # per process: drawing takes memory


class NoPreview(Exception):
    """It cannot be drawn: another kind, damaged, locked, or too large."""


def preview_of(file: Attachment, *, page: int = 1, small: bool = False) -> tuple[int, bytes]:
    """How many pages there are, and the picture (WebP) of one; drawn once, then read from the storage."""
    if not file.is_shown or not 1 <= page <= PAGES:
        raise NoPreview
    name = f"previews/{file.uid.hex[:2]}/{file.uid.hex}-{page}-{SMALL if small else LARGE}"
    try:
        with default_storage.open(name) as known:
            content: bytes = known.read()
    except FileNotFoundError:
        content = _draw(file, page, SMALL if small else LARGE)
        kept = default_storage.save(name, ContentFile(content))
        if kept != name:  # somebody else drew it at the same moment
            default_storage.delete(kept)
    pages, _line, picture = content.partition(b"\n")
    return int(pages or 0), picture


def _draw(file: Attachment, page: int, width: int) -> bytes:
    """Ask the program; what it says on failing is logged, the person is offered the file itself."""
    kind = "pdf" if file.kind == "application/pdf" else "image"
    program = [sys.executable, "-I", str(PROGRAM), kind, str(page), str(width)]
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise NoPreview
    try:
        with default_storage.open(file.stored_as) as stored:
            content = stored.read()
        drawn = subprocess.run(  # noqa: S603  our own program; the file comes on stdin
            program, input=content, capture_output=True, timeout=SECONDS, env={}, cwd="/", check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as trouble:
        said = (trouble.stderr or b"").decode(errors="replace").strip().rpartition("\n")[2]
        log.warning("no preview of file %s: %s %s", file.uid, type(trouble).__name__, said)
        raise NoPreview from trouble
    finally:
        _one_at_a_time.release()
    return drawn.stdout


def draw_ahead(file: Attachment) -> None:
    """Draw what a list and a page ask for first, before anybody waits for it; twice is once."""
    with suppress(NoPreview, OSError):
        preview_of(file, small=True)
        pages, _picture = preview_of(file)
        for page in range(2, min(pages, AHEAD) + 1):
            preview_of(file, page=page)
