"""What may be uploaded: an allow-list of kinds, each known by its name and by its bytes (rule H5)."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _
from PIL import Image

from common.archives import START, examine, is_zip_at_end, refused
from common.refusals import Refused

LIMIT = 25 * 1024 * 1024  # bytes of one file
AT_ONCE = 20  # files of one sending
PIXELS = 120_000_000
BY_BROWSERS = (("%22", '"'), ("%0D", " "), ("%0A", " "))  # how they write, in a form, what a name may not hold there
NAME = 200  # characters of a file's name
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Judge = Callable[[IO[bytes], int], str]


@dataclass
class Checked:
    """An upload that may be kept: its cleaned name, its media type as found in its bytes, its size in bytes and SHA-256."""

    name: str
    kind: str
    size: int
    sha256: str
    file: IO[bytes]
    stored_as: str = ""  # once its bytes lie in the storage
    is_kept: bool = False  # once a row names it


@dataclass(frozen=True)
class Wrong:
    """An upload that may not be kept, and why."""

    name: str
    why: str


class Limit(FileUploadHandler):
    """Of a file over the limit, one piece too much is received (so that it is known to be too big) and the rest dropped."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= LIMIT else None

    def file_complete(self, file_size: int) -> None:
        return None


def check(upload: UploadedFile | IO[bytes], name: str = "") -> Checked:
    """An upload, looked at; Refused (at the field `files`) where its kind, its bytes or its size cannot be kept."""
    said = clean_name(name or getattr(upload, "name", "") or "")
    file: Any = upload
    file.seek(0, 2)
    size = file.tell()
    if size == 0:
        raise refused(_("The file is empty."))
    if size > LIMIT:
        raise refused(_("The file is bigger than %s MB.") % (LIMIT // 1024**2))
    judge = KINDS.get(said.rpartition(".")[2].lower()) if "." in said else None
    if judge is None:
        raise refused(_("Files of this kind are not kept here. Possible are: %s.") % KINDS_IN_WORDS)
    file.seek(0)
    kind = judge(file, size)
    file.seek(0)
    digest = sha256()
    while piece := file.read(1024 * 1024):
        digest.update(piece)
    file.seek(0)
    return Checked(said, kind, size, digest.hexdigest(), file)


def check_all(uploads: Iterable[UploadedFile]) -> tuple[list[Checked], list[Wrong]]:
    """Those that may be kept, and for each of the others why not."""
    good: list[Checked] = []
    bad: list[Wrong] = []
    for upload in uploads:
        try:
            good.append(check(upload))
        except Refused as refusal:
            bad.append(Wrong(clean_name(upload.name or "") or "?", str(refusal)))
    return good, bad


def clean_name(name: str) -> str:
    """A file's name without paths, line breaks, control and direction characters; when it is cut, its ending stays."""
    for said, meant in BY_BROWSERS:
        name = name.replace(said, meant)
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(" " if one.isspace() else one for one in name if one.isspace() or unicodedata.category(one)[0] != "C")
    name = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", name)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > NAME:
        name = f"{stem[: NAME - len(ending) - 1]}.{ending}" if dot and len(ending) < 10 else name[:NAME]
    return name


def _other_than_named() -> Refused:
    return refused(_("The file is not what its name says it is."))


IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
DECODERS = ["PNG", "JPEG", "GIF", "WEBP"]  # only these are tried
IMAGE_SIGNS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF")
MARKUP = re.compile(rb"<script|<html|<!doctype\s+html|<iframe", re.IGNORECASE)
PAGES = re.compile(r"<(!doctype|html|head|body|svg|script|\?xml|\?php|iframe)|%pdf-|#!|mz.{0,2}\x00", re.IGNORECASE)


def _image(file: IO[bytes], size: int) -> str:
    """A picture; one saved as another kind of picture is taken for what it is."""
    start = file.read(16)
    if not start.startswith(IMAGE_SIGNS) or (start.startswith(b"RIFF") and start[8:12] != b"WEBP"):
        raise _other_than_named()
    file.seek(0)
    try:
        with Image.open(file, formats=DECODERS) as picture:
            wide, high, kind = picture.width, picture.height, IMAGES[picture.format or ""]
            if wide * high <= PIXELS:
                picture.verify()
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_points() from error
    except Exception as error:  # whatever the decoder stumbles over, it is no picture
        raise refused(_("The picture is damaged.")) from error
    if wide * high > PIXELS:
        raise _too_many_points()
    _no_second_face(file, size, markup=True)
    return kind


def _too_many_points() -> Refused:
    return refused(_("The picture is too large (at most 120 million points)."))


def _no_second_face(file: IO[bytes], size: int, *, markup: bool) -> None:
    """Nothing that is at the same time a page or an archive to those who look at it otherwise."""
    if is_zip_at_end(file, size):
        raise _other_than_named()
    file.seek(0)
    last = b""
    while markup and (piece := file.read(1024 * 1024)):
        if MARKUP.search(last + piece):
            raise _other_than_named()
        last = piece[-32:]


def _pdf(file: IO[bytes], size: int) -> str:
    if not file.read(8).startswith(b"%PDF-"):
        raise _other_than_named()
    file.seek(max(0, size - 2048))
    if b"%%EOF" not in file.read():
        raise refused(_("The file is damaged: its end is missing."))
    _no_second_face(file, size, markup=False)
    return "application/pdf"


def _office(kind: str, folder: str) -> Judge:
    media = f"application/vnd.openxmlformats-officedocument.{kind}"

    def judge(file: IO[bytes], size: int) -> str:
        start = file.read(8)
        if start == OLE:
            raise refused(_("It is locked with a password and cannot be looked into; please send it unlocked."))
        if not start.startswith(START):
            raise _other_than_named()
        found = examine(file, size)
        types = found.types.lower()
        if b"macroenabled" in types or b"vbaproject" in types:
            raise refused(_("It carries macros; please save it without them."))
        main = f"{media}.main+xml".lower().encode()
        if main not in types or not any(name.startswith(f"{folder}/") for name in found.names):
            raise _other_than_named()
        return media

    return judge


def _old_office(media: str, *streams: str) -> Judge:
    """The formats before 2007: a container whose parts are named in UTF-16."""
    marks = [name.encode("utf-16-le") for name in streams]
    macros = "_VBA_PROJECT".encode("utf-16-le")

    def judge(file: IO[bytes], size: int) -> str:
        content = file.read()
        if not content.startswith(OLE) or not any(mark in content for mark in marks):
            raise _other_than_named()
        if macros in content:
            raise refused(_("It carries macros; please save it without them."))
        _no_second_face(file, size, markup=False)
        return media

    return judge


def _text(media: str) -> Judge:
    def judge(file: IO[bytes], _size: int) -> str:
        content = file.read()
        said = _decoded(content)
        if said is None or any(unicodedata.category(one) == "Cc" and one not in "\t\r\n\f" for one in set(said)):
            raise refused(_("The file is not plain text."))
        if PAGES.match(said.lstrip("\ufeff \t\r\n\f")):
            raise _other_than_named()
        return media

    return judge


def _decoded(content: bytes) -> str | None:
    """Text as offices save it: UTF-8, UTF-16 with its mark, or GB 18030."""
    names = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for name in names:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    return None


def _zip(file: IO[bytes], size: int) -> str:
    if not file.read(4).startswith(START):
        raise _other_than_named()
    examine(file, size)
    return "application/zip"


KINDS: dict[str, Judge] = {
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp"), _image),
    "pdf": _pdf,
    "docx": _office("wordprocessingml.document", "word"),
    "xlsx": _office("spreadsheetml.sheet", "xl"),
    "pptx": _office("presentationml.presentation", "ppt"),
    "doc": _old_office("application/msword", "WordDocument"),
    "xls": _old_office("application/vnd.ms-excel", "Workbook", "Book"),
    "ppt": _old_office("application/vnd.ms-powerpoint", "PowerPoint Document"),
    "csv": _text("text/csv"),
    "txt": _text("text/plain"),
    "zip": _zip,
}
KINDS_IN_WORDS = ", ".join(KINDS)
ACCEPT = ",".join(f".{ending}" for ending in KINDS)  # for the file dialogue
