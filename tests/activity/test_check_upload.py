"""What may be uploaded: kinds by name and by bytes, sizes, names (rule H5)."""

import io
import time
import tracemalloc
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import translation

from common import archives
from common.refusals import Refused
from common.uploads import LIMIT, check, check_all, clean_name
from tests.activity import files_made as made

PNG = made.picture()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def why_not(name: str, content: bytes) -> str:
    """Why it is refused, in English; fails when it is not."""
    with pytest.raises(Refused) as no:
        check(upload(name, content))
    assert no.value.field == "files"
    return str(no.value)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    translation.activate("en")


GOOD = {
    "图.png": (PNG, "image/png"),
    "照片.JPG": (made.picture("JPEG"), "image/jpeg"),
    "a.jpeg": (made.phone_picture(), "image/jpeg"),
    "a.gif": (made.picture("GIF", mode="P"), "image/gif"),
    "a.webp": (made.picture("WEBP"), "image/webp"),
    "方案.pdf": (made.pdf(), "application/pdf"),
    "表.xlsx": (made.table(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "文.docx": (
        made.office("wordprocessingml.document", "word"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "稿.pptx": (
        made.office("presentationml.presentation", "ppt"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "旧.doc": (made.old_office("WordDocument"), "application/msword"),
    "旧.xls": (made.old_office("Workbook"), "application/vnd.ms-excel"),
    "旧.ppt": (made.old_office("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "清单.csv": ("区域,数量\r\n华东,30\r\n".encode("gb18030"), "text/csv"),
    "说明.txt": ("第一行\n第二行𠮷".encode(), "text/plain"),
    "utf16.txt": ("统一码".encode("utf-16"), "text/plain"),
    "包.zip": (made.packed({"a/照片.png": PNG, "表.xlsx": made.table()}), "application/zip"),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_of_the_list_is_known_by_its_bytes(name: str) -> None:
    content, kind = GOOD[name]
    found = check(upload(name, content))
    assert (found.name, found.kind, found.size) == (name, kind, len(content))
    assert found.file.read() == content


def test_a_picture_saved_as_another_kind_of_picture_is_taken_for_what_it_is() -> None:
    assert check(upload("微信图片.png", made.picture("JPEG"))).kind == "image/jpeg"


FORBIDDEN_UNDER_ALLOWED_NAMES = {
    "program": ("a.pdf", b"MZ\x90\x00" + bytes(200)),
    "program as text": ("a.txt", b"MZ\x90\x00" + bytes(200)),
    "svg as png": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "html as png": ("a.png", b"<!doctype html><script>alert(1)</script>"),
    "html as gif": ("a.gif", b"GIF89a=1;/*<html><script>alert(1)</script>"),
    "html as text": ("a.txt", b"\xef\xbb\xbf  <!DOCTYPE HTML><script>alert(1)</script>"),
    "svg as csv": ("a.csv", b"<?xml version='1.0'?><svg/>"),
    "script as text": ("a.txt", b"#!/bin/sh\nrm -rf /"),
    "riff that is no picture": ("a.webp", b"RIFF\x00\x00\x00\x00WAVEfmt "),
    "text as pdf": ("a.pdf", b"hello %PDF-1.4 %%EOF"),
    "table as document": ("a.docx", made.table()),
    "zip as document": ("a.docx", made.packed({"word/document.xml": b"<x/>"})),
    "pdf as table": ("a.xlsx", made.pdf()),
    "installer as old document": ("a.doc", made.old_office("_MsiStreams")),
    "old document as zip": ("a.zip", made.old_office("WordDocument")),
    "picture and page in one": ("a.png", PNG + b"<script>alert(document.cookie)</script>"),
    "picture and archive in one": ("a.png", PNG + made.packed({"a.txt": b"x"})),
    "pdf and archive in one": ("a.pdf", made.pdf() + made.packed({"a.txt": b"x"}) + b"%%EOF"),
    "page in a comment of a gif": ("a.gif", made.picture("GIF", mode="P")[:-1] + b"!\xfe\x08<script>\x00;"),
}


@pytest.mark.parametrize("case", FORBIDDEN_UNDER_ALLOWED_NAMES)
def test_a_forbidden_kind_under_an_allowed_name_is_refused(case: str) -> None:
    assert why_not(*FORBIDDEN_UNDER_ALLOWED_NAMES[case])


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.exe", "a.js", "a.docm", "a.xlsm", "a.png.exe", "noending", ".png", "a."])
def test_kinds_that_are_not_on_the_list_are_refused_and_the_list_is_said(name: str) -> None:
    said = why_not(name, PNG)
    assert "png" in said
    assert "docx" in said


MACROS = {
    "vbaProject.bin": ("a.docx", made.office("wordprocessingml.document", "word", **{"word/vbaProject.bin": b"x"})),
    "in capitals": ("a.xlsx", made.office("spreadsheetml.sheet", "xl", **{"xl/VBAPROJECT.BIN": b"x"})),
    "sheets of macros": ("a.xlsx", made.office("spreadsheetml.sheet", "xl", **{"xl/macrosheets/sheet1.xml": b"x"})),
    "said in the types": (
        "a.docx",
        made.packed({
            "[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml "
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            "word/document.xml": b"",
        }),
    ),
    "old": ("a.xls", made.old_office("Workbook", macros=True)),
    "packed": ("a.zip", made.packed({"x.xlsx": made.office("spreadsheetml.sheet", "xl", **{"xl/vbaProject.bin": b"x"})})),
}  # fmt: skip


@pytest.mark.parametrize("case", MACROS)
def test_macros_are_refused(case: str) -> None:
    assert "macros" in why_not(*MACROS[case])


ZIPS = {
    "a program in it": (made.packed({"资料/setup.EXE": b"x"}), "program"),
    "a program under another name": (made.packed({"a.txt": b"MZ\x90\x00" + bytes(99)}), "program"),
    "a program with a dot behind": (made.packed({"a.bat.": b"x"}), "program"),
    "a name that leads outside": (made.packed({"../../etc/passwd": b"x"}), "outside"),
    "an absolute name": (made.packed({"/etc/passwd": b"x"}), "outside"),
    "a drive": (made.packed({"C:\\a.txt": b"x"}), "outside"),
    "archives too deep": (
        made.nested(4),
        "archives",
    ),
    "too many members": (made.packed({f"{n}": b"" for n in range(archives.MEMBERS + 1)}), "too many"),
    "cut off": (made.packed({"a.txt": b"x" * 1000})[:-30], "damaged"),
    "something before it": (made.packed({"a.txt": b"x"}).replace(b"PK\x03\x04", b"PK\x03\x04" + bytes(7), 1), "damaged"),
    "something behind it": (made.packed({"a.txt": b"x"}) + b"<script>", "damaged"),
    "another packing": (made.packed({"a.txt": b"x" * 99}, method=14), "ordinary zip"),
    "members that overlap": (made.overlapping(), "too big"),
    "a lying size": (made.lying_bomb(), "damaged"),
}


@pytest.mark.parametrize("case", ZIPS)
def test_a_zip_is_looked_into(case: str) -> None:
    content, word = ZIPS[case]
    assert word in why_not("a.zip", content)


def test_a_locked_zip_is_refused_with_what_would_make_it_possible() -> None:
    content = bytearray(made.packed({"a.txt": b"x"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "unlocked" in why_not("a.zip", bytes(content))


def test_a_locked_office_document_is_refused_as_locked() -> None:
    assert "unlocked" in why_not("a.docx", made.old_office("EncryptedPackage"))


@pytest.mark.parametrize("name", ["a.zip", "a.docx"])
@pytest.mark.parametrize("content", [made.bomb(400), made.packed({"in.zip": made.bomb()})], ids=["flat", "nested"])
def test_a_zip_bomb_is_refused_without_unpacking_it(name: str, content: bytes) -> None:
    file = upload(name, content)
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(Refused, match="too big"):
        check(file)
    assert time.process_time() - began < 1
    assert tracemalloc.get_traced_memory()[1] < 20 * 1024**2
    tracemalloc.stop()


def test_a_file_over_the_limit_and_an_empty_one_are_refused() -> None:
    assert "25 MB" in why_not("a.txt", b"x" * (LIMIT + 1))
    assert "empty" in why_not("a.txt", b"")
    assert check(upload("a.txt", b"x" * LIMIT)).size == LIMIT


def test_a_picture_of_too_many_points_is_refused_unread() -> None:
    content = made.picture("PNG", (16_000, 16_000), "1")
    tracemalloc.start()
    assert "million points" in why_not("a.png", content)
    assert tracemalloc.get_traced_memory()[1] < 20 * 1024**2
    tracemalloc.stop()


@pytest.mark.parametrize("content", [PNG[:40], PNG[:-20] + b"\x00" * 20, made.picture("JPEG")[:60]])
def test_a_damaged_picture_is_refused(content: bytes) -> None:
    assert "damaged" in why_not("a.png", content)


@pytest.mark.parametrize("content", [b"a\x00b", b"\x1b[31mred", b"\xff\xfe\x00", b"\x81"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    assert "text" in why_not("a.txt", content)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("报告\r\nSet-Cookie: a=b.pdf", "报告 Set-Cookie_ a=b.pdf"),
        ("../../etc/合同.pdf", "合同.pdf"),
        ("C:\\我的文档\\合同.pdf", "合同.pdf"),
        ("发票\u202efdp.exe.pdf", "发票fdp.exe.pdf"),
        ("a\u200b\ufeff\x00\x7fb.txt", "ab.txt"),
        ("  两  个\t空格 .txt. ", "两 个 空格 .txt"),
        ("𠮷野家订单.xlsx", "𠮷野家订单.xlsx"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("cafe\u0301.txt", "café.txt"),
        ("“终”%22稿%22%0D%0A.txt", "“终”_稿_ .txt"),
    ],
)
def test_names_are_cleaned_and_chinese_stays(said: str, kept: str) -> None:
    assert clean_name(said) == kept


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    kept = clean_name("长" * 300 + ".docx")
    assert len(kept) == 200
    assert kept.endswith("长.docx")


def test_what_is_wrong_with_one_holds_up_no_other() -> None:
    good, bad = check_all([upload("a.png", PNG), upload("b.png", b"x"), upload("c.exe", b"MZ"), upload("d.txt", b"d")])
    assert [one.name for one in good] == ["a.png", "d.txt"]
    assert [one.name for one in bad] == ["b.png", "c.exe"]
    assert all(one.why for one in bad)


def test_what_comes_over_the_limit_is_not_received_whole(tmp_path: Any, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    big = io.BytesIO(b"x" * (LIMIT + 15 * 1024**2))
    big.name = "big.txt"
    request = RequestFactory().post("/", {"files": [big, upload("small.txt", b"small")], "note": "kept"})
    first, second = request.FILES.getlist("files")
    assert LIMIT < first.size <= LIMIT + 128 * 1024
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= LIMIT + 128 * 1024
    assert (request.POST["note"], second.read()) == ("kept", b"small")
    with pytest.raises(Refused, match="25 MB"):
        check(first)
