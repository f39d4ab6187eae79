"""Who has not signed is nudged with measure, and the deadline can be moved (rules C6, H1b)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from activity.beat import run_clocks
from activity.models import Clock, Event
from common import clock
from common.refusals import Refused
from documents.models import Document
from documents.services import add_signer, extend_signing, nudge
from people.office_hours import working_time_between
from tests.documents import build
from tests.documents.build import HEADS, MOMENT, People, sign_as

pytestmark = pytest.mark.django_db
ZONE = "Asia/Shanghai"


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def nudged(people: People, document: Document, actor: str = "林书瑶") -> int:
    slot = document.slots.get(department__name="研发部")
    return nudge(actor=people[actor], document_uid=document.uid, slot_uid=slot.uid)


def readers(number: int) -> set[str]:
    event = Event.objects.filter(verb="document.nudged").order_by("id")[number]
    return {notice.reader.name for notice in event.notices.all()}


def test_once_in_four_working_hours_and_from_the_third_time_on_those_above_hear_of_it(people: People) -> None:
    document = build.opened(people)  # Tuesday 15:00
    assert nudged(people, document) == 1
    for hours in (0, 3, 17):  # 15:00, 18:00, and 08:00 on Wednesday: three working hours
        with build.at(hours=hours), pytest.raises(Refused) as refusal:
            nudged(people, document, "周以宁")
        assert refusal.value.code == "too_soon"
    with build.at(hours=19):  # Wednesday 10:00
        assert nudged(people, document, "许知夏") == 2
    assert readers(1) == {"顾承泽"}
    with build.at(days=2):
        assert nudged(people, document, "陆景行") == 3
    assert readers(2) == {"顾承泽", "林书瑶"}


def test_the_count_and_the_days_waited_stand_at_the_slot(people: People) -> None:
    document = build.opened(people)
    client = Client()
    client.force_login(people["林书瑶"])
    with build.at(days=1):
        nudged(people, document)
        text = client.get(reverse("document", args=[document.uid])).content.decode()
    assert "已催办 1 次" in text
    assert "已等 1 个工作日" in text


def test_who_was_asked_later_waits_from_then_on(people: People) -> None:
    document = build.opened(people)
    with build.at(days=3):
        add_signer(actor=people["林书瑶"], document_uid=document.uid, signer=people["陆景行"])
        client = Client()
        client.force_login(people["林书瑶"])
        rows = client.get(reverse("document", args=[document.uid])).context["rows"]
    assert {row.slot.signer.name: row.waits for row in rows if row.slot.is_open} == dict.fromkeys(HEADS, 3) | {"陆景行": 0}


def test_nobody_nudges_who_has_signed_or_without_the_right(people: People) -> None:
    document = build.opened(people)
    with pytest.raises(PermissionDenied):
        nudged(people, document, "米小禾")
    sign_as(people["顾承泽"], document)
    with pytest.raises(Refused) as refusal:
        nudged(people, document)
    assert refusal.value.code == "not_open"


def test_working_time_leaves_out_nights_and_days_off() -> None:
    friday = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)  # 17:00
    assert working_time_between(friday, friday + timedelta(days=3), ZONE) == timedelta(hours=9)
    assert working_time_between(friday, friday + timedelta(hours=14), ZONE) == timedelta(hours=1)
    assert working_time_between(friday, friday - timedelta(hours=1), ZONE) == timedelta()


def test_more_time_starts_the_clock_anew_even_after_it_has_run_out(people: People) -> None:
    document = build.opened(people)
    with build.at(days=4):
        run_clocks()
        assert Event.objects.filter(verb="document.signing_overdue").count() == 1
        extend_signing(actor=people["林书瑶"], document_uid=document.uid, until=date(2026, 4, 21))
        running = Clock.objects.get(kind="signing", object_id=document.pk)
        assert running.due_at == datetime(2026, 4, 21, 10, 0, tzinfo=UTC)
        assert (running.breached_at, running.stopped_at) == (None, None)
        with pytest.raises(Refused) as refusal:
            extend_signing(actor=people["林书瑶"], document_uid=document.uid, until=date(2026, 4, 21))
        assert refusal.value.field == "until"
        sign_as(people["顾承泽"], document)
    told = {notice.reader.name for notice in Event.objects.get(verb="document.deadline_extended").notices.all()}
    assert told == {"顾承泽", "贺立川", "蒋明远", "宋清越"}
    with clock.at(datetime(2026, 4, 22, tzinfo=UTC)):
        run_clocks()
    assert Event.objects.filter(verb="document.signing_overdue").count() == 2


def test_reminders_go_to_those_whose_turn_it_is(people: People) -> None:
    document = build.opened(people)
    sign_as(people["顾承泽"], document)
    assert document.sign_by is not None
    with clock.at(document.sign_by - timedelta(hours=20)):
        run_clocks()
    event = Event.objects.get(verb="document.signing_reminder")
    assert "顾承泽" not in {notice.reader.name for notice in event.notices.all()}
    assert document.sign_by > MOMENT
