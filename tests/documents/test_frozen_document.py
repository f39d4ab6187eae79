"""What is frozen stays: the snapshot, its hash, the signatures; and its slots follow the office."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity.models import Clock, Event, Notice
from activity.ticking import run_due_clocks
from common import acts
from common.canonical import canonical, plain, sha256_of
from common.desk import DeskGroup
from common.refusals import Refused
from documents.models import Document, Signature, Slot
from documents.plugs import desk_to_sign
from documents.services import sign_replayed
from people.services import set_department_head
from projects.models import Memorandum, Party
from tests.documents import build
from tests.documents.build import People, sign_as


@pytest.fixture
def _day() -> object:
    with build.at():
        yield


def test_canonical_json_has_one_spelling() -> None:
    value = {"b": Decimal("100.00"), "a": [date(2026, 7, 1), None, True, "单𠮷安"], "c": datetime(2026, 7, 1, tzinfo=UTC)}
    said = '{"a":["2026-07-01",null,true,"单𠮷安"],"b":"100","c":"2026-07-01T00:00:00+00:00"}'
    assert canonical(value) == said.encode()
    assert canonical(plain(value)) == canonical(value)
    assert len(sha256_of(value)) == 64


@pytest.mark.parametrize("bad", [1.5, {1: "x"}, object(), {"x": float("nan")}])
def test_what_has_no_canonical_form_is_refused(bad: object) -> None:
    with pytest.raises(TypeError):
        canonical(bad)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers() | st.none()))
def test_the_order_of_keys_does_not_matter(value: dict[str, int | None]) -> None:
    assert sha256_of(value) == sha256_of(dict(reversed(value.items())))


@pytest.mark.django_db
@pytest.mark.usefixtures("_day")
class TestStays:
    """Model and database refuse alike."""

    def test_the_snapshot_survives_the_database_unchanged(self, people: People) -> None:
        document = build.opened(people)
        document.refresh_from_db()
        assert document.is_genuine

    def test_the_model_refuses_change_and_deletion(self, people: People) -> None:
        document = build.opened(people)
        sign_as(people["顾承泽"], document)
        signature = Signature.objects.get()
        for change in (
            lambda: document.save(),
            lambda: document.save(update_fields=["sha256"]),
            lambda: Document.objects.update(snapshot={}),
            lambda: document.delete(),
            lambda: Document.objects.all().delete(),
            lambda: signature.save(),
            lambda: Signature.objects.update(remark="x"),
            lambda: signature.delete(),
            lambda: Slot.objects.all().delete(),
        ):
            with pytest.raises(Refused):
                change()

    def test_postgresql_refuses_change_and_deletion(self, people: People) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("the trigger stands in PostgreSQL")
        document = build.signed_by_all(people)
        for statement in (
            "UPDATE documents_document SET snapshot = '{}'",
            "UPDATE documents_document SET sha256 = repeat('0', 64)",
            "UPDATE documents_document SET state = 'signing', completed_at = NULL",
            "DELETE FROM documents_document",
            "UPDATE documents_signature SET remark = 'x'",
            "DELETE FROM documents_signature",
            "UPDATE documents_slot SET state = 'open'",
            f"UPDATE documents_slot SET signer_id = {people['周以宁'].pk}",
            "DELETE FROM documents_slot",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        document.refresh_from_db()
        assert document.is_genuine

    def test_open_slots_pass_to_the_new_head_and_signed_ones_stay(self, people: People) -> None:
        document = build.opened(people)
        sign_as(people["顾承泽"], document)
        for name, successor in (("研发部", "沈嘉禾"), ("生产部", "田牧野")):
            department = Slot.objects.get(document=document, department__name=name).department
            administrator = next(user for user in people.values() if user.is_administrator)
            set_department_head(actor=administrator, department_uid=department.uid, head=people[successor])
        signers = dict(document.slots.values_list("department__name", "signer__name"))
        assert signers["研发部"] == "顾承泽"
        assert signers["生产部"] == "田牧野"
        assert Party.objects.get(department__name="生产部").head == people["田牧野"]
        event = Event.objects.get(verb="document.slot_passed_on")
        assert Notice.objects.filter(event=event, reader=people["田牧野"]).exists()
        sign_as(people["田牧野"], document)

    def test_the_signing_clock_reminds_and_then_tells_the_initiating_head(self, people: People) -> None:
        document = build.opened(people)
        for name in ("林书瑶", "顾承泽", "贺立川"):
            sign_as(people[name], document)
        clock = Clock.objects.get(kind="signing")
        assert clock.due_at == document.sign_by
        assert set(clock.steps.values_list("kind", flat=True)) == {"remind_day", "remind_hours", "breach"}
        with build.at(hours=int((document.sign_by - build.MOMENT) / timedelta(hours=1)) - 23):
            run_due_clocks()
            run_due_clocks()
        told = Notice.objects.filter(event__verb="document.signing_reminder").values_list("reader__name", flat=True)
        assert sorted(told) == sorted(["蒋明远", "宋清越"])
        with build.at(days=10):
            run_due_clocks()
            run_due_clocks()
        breach = Event.objects.get(verb="document.signing_overdue")
        assert set(Notice.objects.filter(event=breach).values_list("reader__name", flat=True)) == {"林书瑶", "蒋明远", "宋清越"}
        clock.refresh_from_db()
        assert clock.breached_at is not None
        sign_as(people["蒋明远"], document)

    def test_my_desk_shows_what_waits_for_my_signature(self, people: People) -> None:
        document = build.opened(people)
        group: DeskGroup = desk_to_sign(people["贺立川"])
        assert group.total == 1
        assert (group.rows[0].project_name, str(document.uid) in group.rows[0].url) == ("新品上市", True)
        assert group.rows[0].clock is not None
        sign_as(people["贺立川"], document)
        assert desk_to_sign(people["贺立川"]).total == 0
        assert desk_to_sign(people["周以宁"]).total == 0

    def test_signatures_are_replayed_only_while_samples_are_loaded(self, people: People) -> None:
        document = build.opened(people)
        with pytest.raises(Refused):
            sign_replayed(actor=people["顾承泽"], document_uid=document.uid)
        with acts.nothing_leaves():
            for name in build.HEADS:
                sign_replayed(actor=people[name], document_uid=document.uid)
        memorandum = Memorandum.objects.get()
        assert memorandum.state == Memorandum.State.IN_FORCE
        assert memorandum.in_force_at == build.MOMENT
        assert set(Signature.objects.values_list("method", flat=True)) == {"replayed"}
