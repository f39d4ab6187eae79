"""Bytes kept by their SHA-256: laid down whole or not at all, read only while they are what they were."""

import logging
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from documents.models import Blob

log = logging.getLogger(__name__)


def keep(content: bytes, media_type: str) -> Blob:
    """Keep bytes under their SHA-256; the same bytes are kept once."""
    stored = lay_down(content)
    blob, _made = Blob.objects.get_or_create(
        sha256=sha256(content).hexdigest(), defaults={"size": len(content), "media_type": media_type, "stored_as": stored}
    )
    return blob


def lay_down(content: bytes) -> str:
    """Put bytes into the storage and read them again; their name there. What a crash left half written gives way.

    Errors: OSError, when the disk is full or the bytes do not come back.
    """
    digest = sha256(content).hexdigest()
    name = name_of(digest)
    if laid_down(digest) is not None:
        return name
    if default_storage.exists(name):
        log.warning("%s was cut short or altered; it is written anew", name)
        default_storage.delete(name)
    stored = str(default_storage.save(name, ContentFile(content)))
    with default_storage.open(stored) as file:
        if sha256(file.read()).hexdigest() != digest:
            raise OSError(f"{stored}: what was written is not what is read")
    return stored


def name_of(digest: str) -> str:
    """Where bytes of that SHA-256 lie."""
    return f"documents/{digest[:2]}/{digest}"


def laid_down(digest: str) -> bytes | None:
    """The bytes of that SHA-256, if they lie in the storage whole."""
    try:
        with default_storage.open(name_of(digest)) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    return content if sha256(content).hexdigest() == digest else None


def take_away(digest: str) -> None:
    """Remove laid-down bytes that no row names: a second seal that came too late."""
    if not Blob.objects.filter(sha256=digest).exists():
        default_storage.delete(name_of(digest))


def read(blob: Blob) -> bytes:
    """The bytes of a blob; refuses bytes that are no longer what they were."""
    with default_storage.open(blob.stored_as) as file:
        content: bytes = file.read()
    if sha256(content).hexdigest() != blob.sha256:
        log.error("blob %s: the stored bytes have been altered", blob.sha256)
        raise FileNotFoundError(blob.stored_as)
    return content
