"""`manage.py verify_document`: one plain line per check, an exit code, with the database or by a certificate alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from documents.beat import finish_documents, seal_documents
from documents.blobs import read
from documents.sealing.keys import prepare_keys
from tests.documents import build, seals
from tests.documents.build import People
from tests.servers import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(settings: Any, tmp_path: Path, people: People) -> Iterator[dict[str, Path]]:
    """A sealed document and its proof, as files, and the certificate of the authority."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
    }
    settings.ENV = replace(settings.ENV, keys=seals.keys_in(tmp_path / "keys"))
    with build.at():
        prepare_keys()
        document = build.signed_by_all(people)
        finish_documents()
        seal_documents()
        document.refresh_from_db()
        found = {"pdf": document.sealed_pdf, "proof": document.proof, "final": document.final_pdf}
        for name, blob in found.items():
            assert blob is not None
            (tmp_path / name).write_bytes(read(blob))
        yield {name: tmp_path / name for name in found} | {"authority": tmp_path / "keys" / "authority.pem"}


def verify(*said: object) -> tuple[int, str]:
    """Exit code and what was said."""
    out = StringIO()
    try:
        call_command("verify_document", *map(str, said), stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_sealed_file_and_its_proof_hold(papers: dict[str, Path]) -> None:
    code, said = verify(papers["pdf"], papers["proof"])
    assert code == 0, said
    assert "✘" not in said
    for words in ("封印真实", "由本系统发出", "由本单位签发", "与这份 PDF 对应", "贺立川", "与数据库一致", "与形成时一致"):
        assert words in said


def test_in_english_as_well(papers: dict[str, Path]) -> None:
    code, said = verify(papers["pdf"], "--language", "en")
    assert code == 0
    assert "The seal is genuine" in said


def test_what_was_done_to_a_file_is_said(papers: dict[str, Path]) -> None:
    content = papers["pdf"].read_bytes()
    for changed, said in (
        (content[:40_000] + b"x" + content[40_001:], "被改动"),
        (content[:-500], "不完整"),
        (content + b"1 0 obj<<>>endobj\n%%EOF\n", "添加了内容"),
        (b"hello", "不是 PDF"),
    ):
        papers["pdf"].write_bytes(changed)
        code, words = verify(papers["pdf"])
        assert code == 1
        assert said in words
        assert "没有发出过" in words


def test_the_copy_before_sealing_is_told_apart(papers: dict[str, Path]) -> None:
    code, said = verify(papers["final"])
    assert code == 1
    assert "没有数字封印" in said
    assert "未盖章的副本" in said


def test_padding_within_the_seal_is_told_by_the_database(papers: dict[str, Path]) -> None:
    content = papers["pdf"].read_bytes()
    place = content.rindex(b"0" * 200)
    papers["pdf"].write_bytes(content[:place] + b"1" + content[place + 1 :])
    code, said = verify(papers["pdf"])
    assert code == 1
    assert "没有发出过" in said


def test_a_proof_that_was_changed_is_no_proof(papers: dict[str, Path]) -> None:
    content = papers["proof"].read_bytes()
    papers["proof"].write_bytes(content.replace("贺立川".encode(), "贺立山".encode()))
    code, said = verify(papers["proof"])
    assert code == 1
    assert "✘ 签署证明文件被改动" in said
    papers["proof"].write_bytes(content.replace("成品".encode(), "次品".encode()))
    code, said = verify(papers["proof"])
    assert "内容与签署时不符" in said


@pytest.mark.live
def test_it_works_without_a_database(papers: dict[str, Path], tmp_path: Path) -> None:
    env = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "COLLAB_DATA": str(tmp_path / "elsewhere")}

    def run(*more: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "verify_document", *map(str, more)]
        return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    good = run(papers["pdf"], papers["proof"], "--certificate", papers["authority"])
    assert good.returncode == 0, good.stdout + good.stderr
    assert "封印真实" in good.stdout
    papers["pdf"].write_bytes(papers["pdf"].read_bytes()[:-1])
    assert run(papers["pdf"], "--certificate", papers["authority"]).returncode == 1
    nobody = run(papers["pdf"])
    assert nobody.returncode == 2
    assert "--certificate" in nobody.stderr
