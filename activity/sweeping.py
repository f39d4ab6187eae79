"""Files in the storage that no row knows: left by a process that died between laying the bytes down and its commit (rule H5)."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage

from activity.models import Attachment
from common import clock

log = logging.getLogger(__name__)
FOLDER = "uploads"
AGE = timedelta(days=1)  # no upload waits that long for its commit
FEW = 20  # so many strays are taken for what they are, however little else there is
MOST = 500  # taken away at one time


def sweep_uploads() -> int:
    """Delete uploads that no row has named for a day; how many went. Twice is once.

    Where strays outnumber what is known, this is another database than the files were written with: nothing is deleted.
    """
    strays, known = [], 0
    for names in _folders():
        there = set(Attachment.objects.filter(stored_as__in=names).order_by().values_list("stored_as", flat=True))
        known += len(there)
        strays += [name for name in names if name not in there and _is_old(name)]
        if len(strays) >= MOST:
            break
    if len(strays) > max(FEW, known):
        log.error(
            "%d files in the storage are in no row, %d are: is this their database? Nothing is deleted.", len(strays), known
        )
        return 0
    return sum(_deleted(name) for name in strays[:MOST])


def _folders() -> Iterator[list[str]]:
    """The names of what was uploaded, folder by folder."""
    try:
        folders, _loose = default_storage.listdir(FOLDER)
    except FileNotFoundError:  # nothing was ever uploaded
        return
    for folder in sorted(folders):
        yield [f"{FOLDER}/{folder}/{name}" for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]]


def _is_old(name: str) -> bool:
    try:
        return bool(clock.now() - default_storage.get_modified_time(name) > AGE)
    except FileNotFoundError:  # it went meanwhile
        return False


def _deleted(name: str) -> bool:
    """Ask once more right before it goes: the row may have come with a clock that is behind."""
    if Attachment.objects.filter(stored_as=name).exists():
        return False
    default_storage.delete(name)
    log.info("%s was in no row; taken away", name)
    return True
