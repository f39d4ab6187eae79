"""A slot is signed on the printed copy: one hands in the scan, a second person compares it (rule C6)."""

import base64
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from activity.models import Event
from common.refusals import Refused
from documents.canonical import signature_digest
from documents.evidence import lines
from documents.models import Blob, Document, PaperCopy, Signature, Slot
from documents.services import hand_in_scan, judge_scan, pass_on
from people.leaves import name_deputy
from people.models import Department
from people.services import set_department_head
from tests.documents import build
from tests.documents.build import HEADS, People, sign_as

pytestmark = pytest.mark.django_db
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")


@pytest.fixture(autouse=True)
def _day(settings: Any, tmp_path: Path) -> object:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    with build.at():
        yield


def scan(content: bytes = PICTURE, name: str = "签字页.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def place(document: Document) -> Slot:
    return document.slots.get(department__name="研发部")


def handed_in(people: People, document: Document, actor: str = "周以宁") -> PaperCopy:
    return hand_in_scan(
        actor=people[actor], document_uid=document.uid, slot_uid=place(document).uid, scan=scan(), signed_on=date(2026, 4, 14)
    )


def judged(people: People, document: Document, copy: PaperCopy, actor: str, **said: Any) -> PaperCopy:
    return judge_scan(actor=people[actor], document_uid=document.uid, scan_uid=copy.uid, **({"matches": True} | said))


def test_it_is_signed_only_when_a_second_person_has_compared_it(people: People) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    assert not Signature.objects.exists()
    judged(people, document, copy, "许知夏")
    signature = Signature.objects.get()
    assert (signature.signer, signature.method, signature.paper) == (people["顾承泽"], Signature.Method.PAPER, copy)
    assert signature.evidence == {"scan": copy.blob_id}
    for said in ("周以宁", "许知夏", "2026-04-14"):
        assert said in signature.statement
    event = Event.objects.get(verb="document.signed")
    assert (event.actor, event.facts["signature"]) == (people["顾承泽"], signature_digest(signature))
    told = {notice.reader.name for notice in Event.objects.get(verb="document.scan_confirmed").notices.all()}
    assert told == {"周以宁", "顾承泽"}
    assert not list(lines())
    assert place(document).state == Slot.State.SIGNED


def test_both_names_and_the_scan_stand_at_the_slot(people: People) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    judged(people, document, copy, "许知夏")
    client = Client()
    client.force_login(people["贺立川"])
    text = client.get(reverse("document", args=[document.uid])).content.decode()
    assert "周以宁上传，许知夏核对" in text
    answer = client.get(reverse("scan", args=[document.uid, copy.uid]))
    assert (answer.content, answer["Content-Type"]) == (PICTURE, "image/png")
    assert answer["Content-Disposition"].startswith("attachment")


def test_it_is_judged_on_the_page_and_a_missing_reason_is_said_there(people: People) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    client = Client()
    client.force_login(people["许知夏"])
    address = reverse("judge_scan", args=[document.uid, copy.uid])
    answer = client.post(address, {"reason": ""})
    assert answer.status_code == 422
    assert next(row.form for row in answer.context["rows"] if row.form is not None).errors["reason"]
    assert client.post(address, {"same": "on"}).status_code == 302
    assert Signature.objects.get().method == Signature.Method.PAPER


@pytest.mark.parametrize("name", ["周以宁", "顾承泽"])
def test_neither_who_handed_it_in_nor_who_signed_compares_it(people: People, name: str) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    with pytest.raises(Refused) as refusal:
        judged(people, document, copy, name)
    assert refusal.value.code == "same_person"


def gone_over(people: People, document: Document, how: str) -> None:
    """研发部 signs by somebody else from now on."""
    if how == "by name":
        said = {"to": people["陆景行"], "reason": "由分管领导签署"}
        pass_on(actor=people["顾承泽"], document_uid=document.uid, slot_uid=place(document).uid, **said)
    else:
        department = Department.objects.get(name="研发部")
        set_department_head(actor=None, department_uid=department.uid, head=people["许知夏"])


@pytest.mark.parametrize("how", ["by name", "with the office"])
def test_the_hand_of_the_former_signer_is_nobody_else_s_signature(people: People, how: str) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    gone_over(people, document, how)
    copy.refresh_from_db()
    assert (copy.state, copy.signer) == (PaperCopy.State.REFUSED, people["顾承泽"])
    with pytest.raises(Refused):
        judged(people, document, copy, "贺立川")
    assert not Signature.objects.exists()
    judged(people, document, handed_in(people, document), "贺立川")
    assert Signature.objects.get().signer == place(document).signer


def test_whose_hand_a_scan_shows_is_never_changed(people: People) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    copy.signer = people["陆景行"]
    with pytest.raises(Refused):
        copy.save(update_fields=["signer"])
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE documents_papercopy SET signer_id = %s", [people["陆景行"].pk])
    copy.refresh_from_db()
    assert copy.signer == people["顾承泽"]


def test_a_scan_that_still_waits_after_its_signer_left_is_not_confirmed(people: People) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    Slot.objects.filter(pk=place(document).pk).update(signer=people["陆景行"])
    with pytest.raises(Refused) as refusal:
        judged(people, document, copy, "贺立川")
    assert refusal.value.code == "passed_on"


@pytest.mark.parametrize("person", ["顾承泽", "周以宁"], ids=["the signer", "who handed it in"])
@pytest.mark.parametrize("has_right", [True, False])
def test_a_deputy_of_those_two_compares_only_by_a_right_of_the_own(people: People, person: str, has_right: bool) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    of_department = people[person].department.members.exclude(name__in=["许知夏", "周以宁", "顾承泽", "林书瑶"])
    deputy = people["许知夏"] if has_right else of_department.filter(is_active=True)[0]
    name_deputy(
        actor=people[person], person_uid=people[person].uid, deputy_uid=deputy.uid,
        starts_on=date(2026, 4, 14), ends_on=date(2026, 4, 14), scope="daily",
    )  # fmt: skip
    if has_right:
        judged(people, document, copy, deputy.name)
    else:
        with pytest.raises(Refused) as refusal:
            judged(people, document, copy, deputy.name)
        assert refusal.value.code == "same_person"
    assert Signature.objects.exists() == has_right


def test_a_scan_that_does_not_match_is_refused_with_a_reason_and_another_may_come(people: People) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    with pytest.raises(Refused) as refusal:
        judged(people, document, copy, "许知夏", matches=False)
    assert refusal.value.field == "reason"
    judged(people, document, copy, "许知夏", matches=False, reason="是第 1 版的第 2 页")
    told = {notice.reader.name for notice in Event.objects.get(verb="document.scan_refused").notices.all()}
    assert told == {"周以宁", "顾承泽"}
    judged(people, document, handed_in(people, document), "许知夏")
    assert Signature.objects.count() == 1


def test_only_the_lead_hands_in_and_one_scan_waits_at_a_time(people: People) -> None:
    document = build.opened(people)
    with pytest.raises(PermissionDenied):
        handed_in(people, document, "许知夏")
    handed_in(people, document)
    with pytest.raises(Refused) as refusal:
        handed_in(people, document, "林书瑶")
    assert (refusal.value.field, refusal.value.code) == ("scan", "waiting")


def test_of_a_scan_that_is_not_awaited_nothing_is_kept(people: People) -> None:
    document = build.opened(people)
    for name, day in (("研发部", date(2026, 4, 13)), ("生产部", date(2026, 4, 14)), ("销售部", date(2026, 4, 14))):
        slot = document.slots.get(department__name=name)
        if name == "生产部":
            sign_as(slot.signer, document)
        if name == "销售部":
            hand_in_scan(actor=people["周以宁"], document_uid=document.uid, slot_uid=slot.uid, scan=scan(), signed_on=day)
        kept = Blob.objects.count()
        other = scan(PICTURE + name.encode())
        with pytest.raises(Refused):
            hand_in_scan(actor=people["周以宁"], document_uid=document.uid, slot_uid=slot.uid, scan=other, signed_on=day)
        assert Blob.objects.count() == kept


def test_who_signs_online_meanwhile_makes_the_scan_needless(people: People) -> None:
    document = build.opened(people)
    copy = handed_in(people, document)
    sign_as(people["顾承泽"], document)
    copy.refresh_from_db()
    assert copy.state == PaperCopy.State.REFUSED
    with pytest.raises(Refused) as refusal:
        judged(people, document, copy, "许知夏")
    assert refusal.value.code == "judged"
    assert Signature.objects.count() == 1


def test_the_last_signature_may_be_one_on_paper(people: People) -> None:
    document = build.opened(people)
    for name in HEADS:
        if name != "顾承泽":
            sign_as(people[name], document)
    judged(people, document, handed_in(people, document), "许知夏")
    document.refresh_from_db()
    assert document.state == Document.State.COMPLETE


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"x" * (26 * 1024 * 1024), "scan.pdf"), (b"<html>", "scan.png"), (b"a,b", "scan.csv"), (b"", "scan.pdf")],
    ids=["26 MB", "no picture", "another kind", "empty"],
)
def test_a_bad_scan_is_refused_at_its_field_and_the_day_stays(people: People, content: bytes, name: str) -> None:
    document = build.opened(people)
    client = Client()
    client.force_login(people["周以宁"])
    said = {"scan": scan(content, name), "signed_on": "2026-04-14"}
    answer = client.post(reverse("hand_in_scan", args=[document.uid, place(document).uid]), said)
    assert answer.status_code == 422
    form = next(row.form for row in answer.context["rows"] if row.form is not None)
    assert form.errors["scan"]
    assert 'value="2026-04-14"' in answer.content.decode()
    assert not PaperCopy.objects.exists()


@pytest.mark.parametrize("day", [date(2026, 4, 13), date(2026, 4, 15)])
def test_the_day_of_signing_is_neither_before_the_document_nor_to_come(people: People, day: date) -> None:
    document = build.opened(people)
    with pytest.raises(Refused) as refusal:
        hand_in_scan(actor=people["周以宁"], document_uid=document.uid, slot_uid=place(document).uid, scan=scan(), signed_on=day)
    assert refusal.value.field == "signed_on"
