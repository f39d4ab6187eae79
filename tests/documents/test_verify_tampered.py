"""A row that the database's superuser edits makes the page say so with the right reason, and the command as well."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from activity.ledger import seal_events
from common.canonical import sha256_of
from documents.evidence import SAID, Fault
from documents.models import Blob, Document, Signature, Slot
from documents.services import object_to
from documents.verifying import REASONS, Outcome, verify
from tests.activity.ledger_build import superuser
from tests.activity.ledger_build import verify as verify_ledger
from tests.documents import build
from tests.documents.build import People
from tests.documents.verify_build import finished

pytestmark = [pytest.mark.django_db, pytest.mark.races]  # superusers and triggers are PostgreSQL's alone


@pytest.fixture
def document(people: People, settings: Any, tmp_path: Path) -> Document:
    """Signed by five, sealed, and all of it in the sealed log."""
    settings.LEDGER_DIR = tmp_path
    made = finished(people)
    assert verify(code=made.code).outcome == Outcome.VALID
    assert verify_ledger() == []
    return made


ONE = "id = (SELECT min(id) FROM documents_signature)"
SNAPSHOT = "UPDATE documents_document SET snapshot = jsonb_set(snapshot, '{clauses,0,quantity}', '\"9999\"')"
CASES = {
    "edited snapshot": (SNAPSHOT, {Fault.CONTENT}),
    "snapshot that has no spelling": ("UPDATE documents_document SET snapshot = '{\"a\": 1.5}'", {Fault.CONTENT}),
    "snapshot and its hash": ("UPDATE documents_document SET snapshot = '{}', sha256 = %(empty)s", {Fault.OTHER}),
    "edited title": ("UPDATE documents_document SET title = '另一份备忘录'", {Fault.NAME}),
    "edited number": ("UPDATE documents_document SET number = '市协〔2026〕99号'", {Fault.NAME}),
    "edited version": ("UPDATE documents_document SET version = 7", {Fault.NAME}),
    "edited remark": (f"UPDATE documents_signature SET remark = '同意延期' WHERE {ONE}", {Fault.SIGNATURE}),
    "edited time": (f"UPDATE documents_signature SET signed_at = signed_at - interval '1 day' WHERE {ONE}", {Fault.SIGNATURE}),
    "edited proof": (f"UPDATE documents_signature SET method = 'passkey' WHERE {ONE}", {Fault.SIGNATURE}),
    "edited evidence": (f"UPDATE documents_signature SET evidence = '{{\"a\": 1.5}}' WHERE {ONE}", {Fault.SIGNATURE}),
    "swapped signer": (f"UPDATE documents_signature SET signer_id = %(other)s WHERE {ONE}", {Fault.SIGNATURE, Fault.STATE}),
    "signer swapped in slot and signature": (
        f"UPDATE documents_signature SET signer_id = %(other)s WHERE {ONE};"
        " UPDATE documents_slot SET signer_id = %(other)s"
        " WHERE id = (SELECT slot_id FROM documents_signature ORDER BY id LIMIT 1)",
        {Fault.SIGNATURE},
    ),
    "signature over another content": (f"UPDATE documents_signature SET document_sha256 = %(empty)s WHERE {ONE}",
        {Fault.SIGNATURE, Fault.OTHER}),
    "deleted signature": (f"DELETE FROM documents_signature WHERE {ONE}", {Fault.MISSING, Fault.STATE}),
    "forged signature": (
        f"UPDATE documents_signature SET uid = gen_random_uuid(), signer_id = %(other)s WHERE {ONE}",
        {Fault.UNRECORDED, Fault.MISSING, Fault.STATE},
    ),
    "reopened slot": ("UPDATE documents_slot SET state = 'open' WHERE id = (SELECT min(id) FROM documents_slot)", {Fault.STATE}),
    "withdrawn afterwards": ("UPDATE documents_document SET state = 'withdrawn', completed_at = NULL", {Fault.STATE}),
    "the record edited": ("UPDATE activity_event SET facts = facts || '{\"remark\": \"x\"}' WHERE verb = 'document.signed'",
        {Fault.RECORD}),
    "signature and record edited alike": (
        f"UPDATE documents_signature SET remark = 'x' WHERE {ONE};"
        " UPDATE activity_event SET facts = facts || '{\"signatures\": {}}' WHERE verb = 'document.signed'",
        {Fault.RECORD, Fault.UNRECORDED},
    ),
    "the record deleted": ("DELETE FROM activity_event WHERE verb = 'document.signed'", {Fault.UNRECORDED}),
    "the chain edited": (
        "UPDATE activity_ledgerentry SET digest = repeat('0', 64) WHERE event_id ="
        " (SELECT min(id) FROM activity_event WHERE verb = 'document.signed')", {Fault.RECORD}),
    "another file as the sealed one": ("UPDATE documents_blob SET stored_as = 'documents/none'", {Fault.COPY}),
}  # fmt: skip


@contextmanager
def edited(statement: str, people: People) -> Iterator[None]:
    """As the superuser leaves it; afterwards as it was."""
    with transaction.atomic():
        with superuser() as cursor:
            cursor.execute(statement, {"other": people["周以宁"].pk, "empty": sha256_of({})})
        yield
        transaction.set_rollback(True)


def test_whatever_is_edited_is_told_with_its_reason(document: Document, people: People) -> None:
    for case, (statement, expected) in CASES.items():
        with edited(statement, people):
            verdict = verify(code=document.code)
            assert verdict.outcome == Outcome.TAMPERED, case
            assert set(verdict.reasons) == {str(REASONS[fault]) for fault in expected}, case
            assert verdict.shown is not None, case


def test_the_command_tells_it_as_well(document: Document, people: People) -> None:
    for case, (statement, expected) in CASES.items():
        with edited(statement, people):
            said = "\n".join(verify_ledger())
            told = {fault for fault, text in SAID.items() if text in said} | ({Fault.RECORD} if "chain" in said else set())
            assert told >= expected, case


def test_a_file_on_disk_that_was_edited_is_told(document: Document) -> None:
    blob = Blob.objects.get(pk=document.sealed_pdf_id)
    path = Path(default_storage.path(blob.stored_as))
    before = path.read_bytes()
    try:
        path.write_bytes(before[:-1] + b"x")
        assert verify(code=document.code).reasons == [str(REASONS[Fault.COPY])]
        assert verify_ledger() == [f"file {blob.sha256}: the bytes are lost or were edited"]
    finally:
        path.write_bytes(before)


def test_an_objection_that_was_edited_or_deleted_is_told(people: People, settings: Any, tmp_path: Path) -> None:
    settings.LEDGER_DIR = tmp_path
    with build.at():
        document = build.opened(people)
        object_to(actor=people["顾承泽"], document_uid=document.uid, reason="期限不够")
        seal_events()
    assert verify(code=document.code).outcome == Outcome.REVOKED
    for statement in ("UPDATE documents_objection SET reason = '没有意见'", "DELETE FROM documents_objection"):
        with edited(statement, people):
            assert str(REASONS[Fault.OBJECTION]) in verify(code=document.code).reasons
            assert any(SAID[Fault.OBJECTION] in line for line in verify_ledger())


def test_signatures_from_before_rows_were_recorded_are_not_held_against_a_document(document: Document) -> None:
    """Their acts say less; that they are as sealed, the chain says."""
    with superuser() as cursor:
        cursor.execute("UPDATE activity_event SET facts = facts - 'signatures' WHERE verb = 'document.signed'")
        cursor.execute("DELETE FROM activity_ledgerentry")
    seal_events()
    assert verify(code=document.code).outcome == Outcome.VALID


def test_without_a_superuser_the_database_refuses_each_of_these(document: Document, people: People) -> None:
    for case, (statement, _expected) in CASES.items():
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, {"other": people["周以宁"].pk, "empty": "0" * 64, "case": case})
    assert (Signature.objects.count(), Slot.objects.count()) == (5, 5)
    assert verify(code=document.code).outcome == Outcome.VALID
