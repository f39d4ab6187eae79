"""Files as tests need them: good ones of every kind, and bad ones."""

import io
import struct
import zipfile
import zlib

import openpyxl
from PIL import Image

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def phone_picture() -> bytes:
    """A JPEG that lies on its side, with the place where it was taken in its EXIF."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "拍摄于总部".encode().decode("latin-1")
    Image.new("RGB", (80, 40), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def table() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "华东 30"
    book.save(out)
    return out.getvalue()


def packed(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def nested(levels: int) -> bytes:
    """A zip in a zip in a zip …"""
    content = b"x"
    for _ in range(levels):
        content = packed({"in.zip": content})
    return content


def office(kind: str, folder: str, **more: bytes) -> bytes:
    """The least that makes an Office document."""
    media = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = f'<Types><Override PartName="/{folder}/main.xml" ContentType="{media}"/></Types>'.encode()
    return packed({"[Content_Types].xml": types, f"{folder}/main.xml": b"<x/>", **more})


def old_office(stream: str, *, macros: bool = False) -> bytes:
    return OLE + bytes(504) + stream.encode("utf-16-le") + bytes(64) + ("_VBA_PROJECT".encode("utf-16-le") if macros else b"")


def bomb(megabytes: int = 250) -> bytes:
    """A zip that unpacks to far more than it may."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("零.txt", "w", force_zip64=True) as member:
        for _ in range(megabytes):
            member.write(bytes(1024 * 1024))
    return out.getvalue()


def lying_bomb(megabytes: int = 250) -> bytes:
    """The same, whose list of members says that it is small."""
    content = bytes(1024 * 1024)
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"".join(press.compress(content) for _ in range(megabytes)) + press.flush()
    said, name = 1000, b"a.txt"
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(data), said, len(name), 0) + name + data
    central = (
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(data), said, len(name), 0, 0, 0, 0, 0, 0) + name
    )
    return local + central + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)


def overlapping(times: int = 2000) -> bytes:
    """Many members that are all the same bytes of the archive."""
    one = packed({"a.txt": bytes(4_000_000)})
    start = one.index(b"PK\x01\x02")
    entry = one[start : one.rindex(b"PK\x05\x06")]
    central = entry * times
    return one[:start] + central + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, times, times, len(central), start, 0)


def pdf(pages: int = 2) -> bytes:
    """A PDF of empty pages, drawn by hand."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = " ".join(f"{n + 3} 0 R" for n in range(pages))
    objects.append(f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode())
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * pages
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj".encode() + content + b"endobj\n"
    table = b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    start = len(out)
    head = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    tail = f"trailer<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return out + head + table + tail
