"""Anybody with the code or the file learns whether a document is genuine, and never what it says (rule C7)."""

import hashlib
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.canonical import canonical
from common.uploads import LIMIT
from documents.codes import in_groups, new_code
from documents.models import Document
from documents.services import object_to
from documents.services.freezing import supersede
from documents.verifying import Copy, Outcome, verify
from tests.activity.ledger_build import superuser
from tests.documents import build
from tests.documents.build import People
from tests.documents.verify_build import COPIES, ask, finished, sealed_bytes, with_copies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limit() -> None:
    cache.clear()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class TestOutcomes:
    """One outcome each, by code, by file, by both."""

    def test_a_finished_document_is_valid_by_its_code(self, people: People) -> None:
        document = finished(people)
        assert verify(code=document.code).outcome == Outcome.VALID
        assert verify(code=in_groups(document.code).lower().replace("0", "o")).outcome == Outcome.VALID

    def test_a_file_is_known_by_its_hash_and_said_to_be_which_copy(self, people: People) -> None:
        document = finished(people)
        contents = {**COPIES, "sealed_pdf": sealed_bytes(), "snapshot": canonical(document.snapshot)}
        assert set(contents) == set(Copy)
        for name, content in contents.items():
            for code in ("", document.code):
                verdict = verify(code=code, sha256=sha256(content))
                assert (verdict.outcome, verdict.copy) == (Outcome.VALID, name)

    def test_a_superseded_document_is_genuine_and_names_what_took_its_place(self, people: People) -> None:
        document = finished(people)
        with build.at(days=1):
            newer = Document.objects.create(
                kind="memorandum", project_id=document.project_id, content_type=document.content_type,
                object_id=document.object_id, version=2, number=document.number, title=document.title, snapshot={},
                sha256="0" * 64, code=new_code(),
            )  # fmt: skip
            supersede(document, by=newer)
        verdict = verify(code=document.code, sha256=sha256(sealed_bytes()))
        assert verdict.outcome == Outcome.SUPERSEDED
        assert verdict.shown is not None
        assert verdict.shown.superseded_by == f"跨部门协作备忘录 {document.number} v2"
        assert verdict.shown.superseded_at is not None

    def test_what_an_objection_withdrew_is_revoked(self, people: People) -> None:
        with build.at():
            document = build.opened(people)
            build.sign_as(people["贺立川"], document)
            object_to(actor=people["顾承泽"], document_uid=document.uid, reason="期限不够")
        verdict = verify(code=document.code)
        assert (verdict.outcome, verdict.shown and verdict.shown.signers) == (Outcome.REVOKED, [])

    def test_what_is_still_being_signed_says_how_many_are_missing(self, people: People) -> None:
        with build.at():
            document = build.opened(people)
            build.sign_as(people["贺立川"], document)
        verdict = verify(code=document.code)
        assert verdict.outcome == Outcome.UNSIGNED
        assert verdict.shown is not None
        assert ([signer.name for signer in verdict.shown.signers], verdict.shown.waiting) == (["贺立川"], 4)

    def test_what_waits_for_its_seal_says_so(self, people: People) -> None:
        with build.at():
            document = with_copies(build.signed_by_all(people), sealed=False)
        assert verify(code=document.code).outcome == Outcome.UNSEALED

    def test_a_changed_file_is_altered_with_the_code_and_unknown_without(self, people: People) -> None:
        document = finished(people)
        changed = sha256(sealed_bytes() + b"\n")
        assert verify(code=document.code, sha256=changed).outcome == Outcome.ALTERED
        assert verify(sha256=changed).outcome == Outcome.UNKNOWN

    def test_a_genuine_file_with_the_code_of_another_is_said_to_be_another(self, people: People) -> None:
        document = finished(people)
        row = Document.objects.create(
            kind="minutes", project_id=document.project_id, content_type=document.content_type, object_id=-1, version=1,
            number="", title="纪要", snapshot={}, sha256="1" * 64, code=new_code(),
        )  # fmt: skip
        assert verify(code=row.code, sha256=sha256(sealed_bytes())).outcome == Outcome.ANOTHER
        assert verify(code=new_code(), sha256=sha256(sealed_bytes())).outcome == Outcome.ANOTHER

    def test_an_unknown_code_is_unknown(self, people: People) -> None:
        finished(people)
        for said in (new_code(), "x", "协作", "' OR 1=1 --", "%", "0" * 500):
            assert verify(code=said).outcome == Outcome.UNKNOWN

    def test_an_older_code_still_works(self, people: People) -> None:
        document = finished(people)
        old = "Aa0_-oOlI1zZ9x8w7v6u5t4s"
        with superuser() as cursor:
            cursor.execute("UPDATE documents_document SET code = %s WHERE id = %s", [old, document.pk])
        assert verify(code=old).outcome == Outcome.VALID
        assert verify(code=old.lower()).outcome == Outcome.UNKNOWN
        assert ask(f"/verify/{old}/").context["outcome"] == "valid"


def test_10000_single_byte_changes_of_a_sealed_file_are_all_found(people: People) -> None:
    document = finished(people)
    content = bytearray(sealed_bytes())
    altered = unknown = 0
    for turn in range(10_000):
        place, by = turn * 7919 % len(content), 1 + turn % 255
        content[place] ^= by
        digest = sha256(content)
        content[place] ^= by
        altered += verify(code=document.code, sha256=digest).outcome == Outcome.ALTERED
        unknown += turn % 20 == 0 and verify(sha256=digest).outcome == Outcome.UNKNOWN
    assert (altered, unknown) == (10_000, 500)
    assert verify(code=document.code, sha256=sha256(content)).outcome == Outcome.VALID


class TestPage:
    """As a stranger's browser sees it."""

    def test_it_answers_without_sign_in_and_leaves_nothing_behind(self, people: People) -> None:
        document = finished(people)
        for response in (ask(), ask(reverse("verify_code", args=[document.code])), ask(code=document.code)):
            assert response.status_code == 200
            assert "no-store" in response["Cache-Control"]
            assert "noindex" in response["X-Robots-Tag"]
            assert "sessionid" not in response.cookies

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_a_stranger_sees_who_signed_and_when_but_no_content(self, people: People, language: str) -> None:
        document = finished(people)
        client = Client(headers={"Accept-Language": language})
        said = ask(reverse("verify_code", args=[document.code]), client).content.decode()
        for name in build.HEADS:
            assert name in said
        assert document.number in said
        assert document.sha256 in said
        hidden = [document.title, str(document.uid), "127.0.0.1", "新品上市", *words_in(document.snapshot)]
        own = {
            "市场部",
            "研发部",
            "生产部",
            "销售部",
            "财务部",
            *build.HEADS,
            document.number,
            "number",
        }
        text = re.sub(r"<[^>]+>", " ", said)
        assert [word for word in hidden if word in text and word not in own] == []

    def test_who_sees_the_project_gets_a_link_to_it_and_who_does_not_gets_none(self, people: People) -> None:
        document = finished(people)
        for name, sees in (("林书瑶", True), ("许知夏", True), ("单𠮷安", False), ("毕以恒", False)):
            client = Client()
            client.force_login(people[name])
            said = ask(reverse("verify_code", args=[document.code]), client).content.decode()
            assert (document.get_absolute_url() in said, document.title in said) == (sees, sees)

    def test_a_file_is_hashed_by_the_server_where_the_browser_cannot(self, people: People) -> None:
        finished(people)
        response = ask(file=SimpleUploadedFile("备忘录.pdf", sealed_bytes()))
        assert (response.context["outcome"], response.context["copy"]) == ("valid", "sealed_pdf")
        assert ask(file=SimpleUploadedFile("备忘录.pdf", sealed_bytes()[:-1])).context["outcome"] == "unknown"

    @pytest.mark.parametrize(
        ("said", "text"),
        [
            ({"code": ""}, "请输入验真码或选择文件"),
            ({"sha256": "xyz"}, "文件无法读取"),
            ({"code": "A" * 500}, "200"),
        ],
    )
    def test_bad_input_is_said_at_the_field(self, said: dict[str, Any], text: str) -> None:
        response = ask(**said)
        assert response.status_code == 422
        assert text in response.content.decode()

    def test_of_200_mb_nothing_is_read(self) -> None:
        class Body:
            read_at_all = False

            def read(self, *_size: int) -> bytes:
                Body.read_at_all = True
                return b""

            readline = read

        response = Client().generic(
            "POST", "/verify/", b"", content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(200 * 1024**2), **{"wsgi.input": Body()},
        )  # fmt: skip
        assert response.status_code == 413
        assert f"{LIMIT // 1024**2} MB" in response.content.decode()
        assert not Body.read_at_all

    def test_one_address_asks_thirty_times_a_minute_and_another_is_not_held_up(self, people: People) -> None:
        document = finished(people)
        codes = [ask(f"/verify/{new_code()}/").status_code for _ in range(20)] + [
            ask(code=new_code()).status_code for _ in range(15)
        ]
        assert codes == [200] * 30 + [429] * 5
        late = ask(f"/verify/{document.code}/")
        assert (late.status_code, late["Retry-After"]) == (429, "60")
        assert document.number not in late.content.decode()
        assert Client(REMOTE_ADDR="10.0.0.9").get(f"/verify/{document.code}/").status_code == 200
        assert ask().status_code == 200

    def test_a_page_takes_few_statements_however_many_sign(self, people: People) -> None:
        document = finished(people)
        with CaptureQueriesContext(connection) as queries:
            assert verify(code=document.code).shown is not None
        assert len(queries) <= 10
        with CaptureQueriesContext(connection) as queries:
            assert verify(code=new_code()).outcome == Outcome.UNKNOWN
        assert len(queries) == 1


def test_many_guessed_codes_are_no_hit_and_nearly_all_are_not_even_looked_up(people: People) -> None:
    """As many as a test has time for; 100,000 were tried by hand."""
    finished(people)
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        answers = [client.get(f"/verify/{new_code()}/") for _ in range(100)]
    assert sum(answer.status_code == 200 for answer in answers) == 30
    assert not any(answer.context.get("shown") for answer in answers)
    assert sum("again_" in query["sql"] for query in queries) == 30


def words_in(value: Any) -> list[str]:
    """Every text of more than three characters in a snapshot."""
    if isinstance(value, dict):
        return [word for inner in value.values() for word in words_in(inner)]
    if isinstance(value, list):
        return [word for inner in value for word in words_in(inner)]
    return [value] if isinstance(value, str) and len(value) > 3 else []


def test_the_way_to_the_page_stands_before_sign_in_and_on_the_document(people: People) -> None:
    document = finished(people)
    assert 'href="/verify/"' in Client().get(reverse("account_login")).content.decode()
    client = Client()
    client.force_login(people["林书瑶"])
    said = client.get(document.get_absolute_url()).content.decode()
    assert f'href="/verify/{document.code}/"' in said
    assert in_groups(document.code) in said
