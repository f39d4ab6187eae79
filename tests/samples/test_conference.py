"""The conference as loaded: kicked off late, signed by three of five, on every weekday; its figures read by SQL."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from collab.samples import files
from collab.samples.acts import acts_of
from collab.samples.conference import CONFERENCE, load_conference, shown_from
from collab.samples.people import load_people
from collab.samples.replay import Walk
from collab.samples.shift import ZONE, weeks_between
from common import clock
from meetings.certificate.deadline import clock_of, deadline_of
from meetings.models import Minutes
from people.models import User
from projects.models import Project
from tests.samples.moments import assert_nothing_lies_behind, moment, sql
from tests.samples.test_load_now import assert_texts_lie_within_the_period

SATURDAY = date(2026, 11, 21)
MOMENTS = [
    clock.local(SATURDAY + timedelta(days), time(hour), ZONE)
    for evening in range(7)
    for days, hour in ((evening, 19), (evening + 1, 9))
]


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walk]:
    """Told once up to its Saturday evening, in the week of MOMENTS, for the tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        sample = files.load(CONFERENCE, weeks_between(files.load_as_of(CONFERENCE), MOMENTS[0]))
        with clock.at(clock.local(sample.start - timedelta(30), time(9), ZONE)):
            people = load_people()
        walk = Walk(sample, people, acts_of(sample, shown_from(sample)))
        walk.until(shown_from(sample))
        yield walk
        transaction.set_rollback(True)


def test_three_heads_have_signed_the_memorandum_and_two_are_missing(told: Walk) -> None:
    rows = sql(
        "SELECT u.name, s.state, g.method FROM documents_document d JOIN documents_slot s ON s.document_id = d.id"
        " JOIN people_user u ON u.id = s.signer_id LEFT JOIN documents_signature g ON g.slot_id = s.id"
        " WHERE d.kind = 'memorandum' AND d.state = 'signing' ORDER BY s.id"
    )
    assert [name for name, state, method in rows if (state, method) == ("signed", "replayed")] == ["林书瑶", "蒋明远", "温可言"]
    assert [name for name, state, method in rows if (state, method) == ("open", None)] == ["邵云舟", "宋清越"]
    assert len(rows) == 5


def test_the_memorandum_waits_and_the_project_stands_in_the_kickoff(told: Walk) -> None:
    assert sql("SELECT state, is_sample FROM projects_project")[0][0] == "kickoff"
    assert sql("SELECT number, state, edition FROM projects_memorandum") == [("MOU-EVT-2026-03", "signing", 1)]
    assert sql("SELECT COUNT(*) FROM projects_clause") == [(7,)]
    assert sql("SELECT COUNT(*) FROM tracking_task") == [(0,)]
    assert sql("SELECT COUNT(*) FROM meetings_series") == [(0,)]


def test_what_was_asked_for_was_agreed_to_before_the_memorandum_was_drafted(told: Walk) -> None:
    rows = sql(
        "SELECT n.spec, n.state, p.name, u.name FROM projects_resourceneed n"
        " JOIN people_department p ON p.id = n.from_dept_id JOIN people_user u ON u.id = n.answered_by_id ORDER BY n.id"
    )
    assert rows == [("现场礼宾", "agreed", "行政部", "乔安澜"), ("备用直播编码器", "agreed", "技术部", "祁若谷")]


def test_kickoff_minutes_went_out_40_minutes_late_and_that_is_recorded(told: Walk) -> None:
    ((ended, out, breached, due),) = sql(
        "SELECT m.ended_at, v.distributed_at, c.breached_at, c.due_at FROM meetings_minutes v"
        " JOIN meetings_meeting m ON m.id = v.meeting_id JOIN activity_clock c ON c.object_id = v.id AND c.kind = 'minutes'"
        " WHERE m.kind = 'kickoff' AND v.edition = 1"
    )
    ended, out, breached, due = (moment(value) for value in (ended, out, breached, due))
    assert out - ended == timedelta(hours=24, minutes=40)
    assert due - ended == timedelta(hours=24)
    assert breached == due
    late, corrected = Minutes.objects.filter(meeting__kind="kickoff").order_by("edition")
    for minutes, verdict, seconds in ((late, "late", 40 * 60), (corrected, "no_deadline", None)):
        certified = deadline_of(minutes, clock_of(minutes), clock.now())
        assert (certified["verdict"], certified["late_seconds"]) == (verdict, seconds)


def test_the_administration_objected_to_the_first_version_and_all_confirmed_the_second(told: Walk) -> None:
    assert sql(
        "SELECT d.version, p.name, o.reason FROM documents_objection o JOIN documents_slot s ON s.id = o.slot_id"
        " JOIN documents_document d ON d.id = s.document_id JOIN people_department p ON p.id = s.department_id"
    ) == [(1, "行政部", "场地容量应写350人")]
    versions = sql(
        "SELECT v.edition, v.state FROM meetings_minutes v JOIN meetings_meeting m ON m.id = v.meeting_id"
        " WHERE m.kind = 'kickoff' ORDER BY v.edition"
    )
    assert versions == [(1, "superseded"), (2, "archived")]
    ((confirmed, readers, last),) = sql(
        "SELECT COUNT(r.confirmed_at), COUNT(*), MAX(r.confirmed_at) FROM meetings_minutesreader r"
        " JOIN meetings_minutes v ON v.id = r.minutes_id JOIN meetings_meeting m ON m.id = v.meeting_id"
        " WHERE m.kind = 'kickoff' AND v.edition = 2"
    )
    assert (confirmed, readers) == (10, 10)
    assert moment(last) == files.moment("2026-07-24T11:00") + timedelta(weeks=17)
    assert "场地容量应写350人" in str(Minutes.objects.get(meeting__kind="kickoff", edition=2).content)
    assert "场地容量应写350人" not in str(Minutes.objects.get(meeting__kind="kickoff", edition=1).content)


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: f"{now.astimezone(ZoneInfo(ZONE)):%a-%H}")
def test_on_every_weekday_nothing_lies_behind_and_the_deadline_for_signing_runs(told: Walk, now: datetime) -> None:
    assert weeks_between(files.load_as_of(CONFERENCE), now) == 17
    with transaction.atomic():
        told.run_clocks(now)
        assert_nothing_lies_behind(now)
        ((due, stopped, breached),) = sql(
            "SELECT c.due_at, c.stopped_at, c.breached_at FROM activity_clock c JOIN documents_document d ON d.id = c.object_id"
            " WHERE c.kind = 'signing' AND d.kind = 'memorandum'"
        )
        assert (stopped, breached) == (None, None)
        assert moment(due) == clock.local(SATURDAY + timedelta(9), time(18), ZONE) > now
        transaction.set_rollback(True)


def test_no_text_of_it_says_a_date_outside_its_period(told: Walk) -> None:
    assert_texts_lie_within_the_period(Project.objects.get())


def test_before_its_evening_it_is_not_there(told: Walk, django_db_blocker: DjangoDbBlocker) -> None:
    early = files.moment("2026-07-25T17:59")
    people = {user.name: user for user in User.objects.all()}
    assert load_conference(people=people, now=early, shift=False) is None
    assert sql("SELECT COUNT(*) FROM projects_project") == [(1,)]
