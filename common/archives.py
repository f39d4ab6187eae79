"""What lies in a zip, found without unpacking it whole: its size, its members, and whether one of them may harm (rule H5)."""

import posixpath
import stat
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from common.refusals import Refused

UNPACKED = 200 * 1024 * 1024  # bytes, of all members and what is packed in them
MEMBERS = 5_000
DIRECTORY = 1024 * 1024  # bytes of the list of members: it is read at once
DEEPEST = 3  # a table in a document in a zip
PIECE = 64 * 1024
RUNS_WORDS = """apk app bat chm cmd com cpl dll docm dotm exe hta iso jar jse lnk msc msi msp pif pptm ps1 ps2 psm1 reg scf scr
    sct sys vb vbe vbs ws wsc wsf wsh xlam xlsb xlsm xltm"""
RUNS = frozenset(RUNS_WORDS.split())
END = b"PK\x05\x06"
START = b"PK\x03\x04"


@dataclass
class Examined:
    """What was found in an archive, all levels together."""

    names: list[str] = field(default_factory=list)  # of the outermost level
    types: bytes = b""  # its [Content_Types].xml, where it has one
    members: int = 0
    size: int = 0


def refused(message: str) -> Refused:
    """A no that stands at the file field."""
    return Refused(message, field="files", code="upload")


def is_zip_at_end(file: IO[bytes], size: int) -> bool:
    """Whether something ends as a zip does, whatever it begins with."""
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(END)
    return at >= 0 and len(tail) - at >= 22


def examine(file: IO[bytes], size: int) -> Examined:
    """Look into a zip; Refused for one that is damaged, locked, too big, too deep, or holds what runs as a program."""
    found = Examined()
    try:
        _level(file, size, 1, found)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, UnicodeError, ValueError) as error:
        raise refused(_("The file is damaged: it cannot be unpacked.")) from error
    return found


def _level(file: IO[bytes], size: int, depth: int, found: Examined) -> None:
    if depth > DEEPEST:
        raise refused(_("There are archives inside archives; please send what is in them."))
    _check_directory(file, size)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        found.members += len(members)
        if found.members > MEMBERS:
            raise refused(_("There are too many files in it (at most %s).") % f"{MEMBERS:,}")
        if found.size + sum(member.file_size for member in members) > UNPACKED:
            raise _too_big()
        _check_places(members, size)
        for member in members:
            _check_member(member)
            _read(archive, member, depth, found)
        if depth == 1:
            found.names = [member.filename for member in members]


def _too_big() -> Refused:
    return refused(_("Unpacked it would be too big (at most %s MB).") % (UNPACKED // 1024**2))


def _check_directory(file: IO[bytes], size: int) -> None:
    """The list of members must be small and stand where it says: nothing before the first member, nothing behind the end."""
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < 22:
        raise zipfile.BadZipFile
    *_disks, length, offset, comment = struct.unpack("<4x4H2LH", tail[at : at + 22])
    if length > DIRECTORY:
        raise refused(_("There are too many files in it (at most %s).") % f"{MEMBERS:,}")
    end = size - len(tail) + at
    if at + 22 + comment != len(tail) or offset + length != end:
        raise zipfile.BadZipFile


def _check_places(members: list[zipfile.ZipInfo], size: int) -> None:
    """Members lie one behind the other; one that overlaps another unpacks the same bytes many times."""
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end:
            raise _too_big()
        end = member.header_offset + 30 + member.compress_size
    if end > size:
        raise zipfile.BadZipFile


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename.replace("\\", "/")
    if member.flag_bits & 0x1:
        raise refused(_("It is locked with a password and cannot be looked into; please send it unlocked."))
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(_("It is packed in a way that cannot be looked into; please pack it as an ordinary zip."))
    leads_out = name.startswith("/") or ".." in name.split("/") or name[1:2] == ":"
    if leads_out or stat.S_ISLNK(member.external_attr >> 16):
        raise refused(_("“%s” in it leads outside of the archive.") % member.filename[:80])
    base = posixpath.basename(name).lower().rstrip(". ")
    if base == "vbaproject.bin" or "/macrosheets/" in f"/{name.lower()}":
        raise refused(_("It carries macros; please save it without them."))
    if base.rpartition(".")[2] in RUNS and "." in base:
        raise refused(_("“%s” in it is a program; programs are not kept here.") % member.filename[:80])


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int, found: Examined) -> None:
    """Read one member piece by piece; what is itself a zip is looked into."""
    if member.is_dir():
        return
    with archive.open(member) as packed, tempfile.SpooledTemporaryFile(max_size=8 * 1024**2) as inner:
        first = packed.read(4)
        size = len(first)
        inner.write(first)
        nested = first == START
        wanted = depth == 1 and member.filename == "[Content_Types].xml"
        while piece := packed.read(PIECE):
            size += len(piece)
            if found.size + size > UNPACKED:
                raise _too_big()
            if nested or wanted:
                inner.write(piece)
        found.size += size
        if first == b"MZ\x90\x00" or first == b"\x7fELF":
            raise refused(_("“%s” in it is a program; programs are not kept here.") % member.filename[:80])
        if wanted:
            inner.seek(0)
            found.types = inner.read(DIRECTORY)
        if nested:
            _level(inner, size, depth + 1, found)
