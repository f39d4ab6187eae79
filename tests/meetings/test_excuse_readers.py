"""Who left the project or has no account any more is not sent the minutes and not owed them; the last other stops the clock."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from activity.models import Clock, Delivery, Event
from activity.outbox import let_know
from common import clock
from meetings.models import Meeting, Minutes, MinutesReader
from meetings.services import catch_up, open_revision, publish_minutes, write_summary
from people.models import User
from projects.models import Project
from tests.meetings.conftest import DEADLINE, END
from tests.meetings.test_distribute_minutes import tick
from tests.servers import Smtp

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]
OUT = END + timedelta(hours=1)


def distributed(meeting: Meeting, people: People) -> Minutes:
    """The minutes, an hour after the end, by the chair."""
    tick(END)
    with clock.at(OUT):
        write_summary(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=1, summary="样品测试按期。")
        return publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)


def leave(project: Project, person: User, successor: User) -> None:
    """Another is the liaison now."""
    party = project.parties.get(liaison=person)
    party.liaison = successor
    party.save(update_fields=["liaison"])


def reader(minutes: Minutes, person: User) -> MinutesReader:
    return minutes.readers.get(user=person)


def test_who_left_before_the_sending_is_excused_and_the_clock_stops(
    weekly: Meeting, people: People, project: Project, smtp: Smtp
) -> None:
    minutes = distributed(weekly, people)
    leave(project, people["田牧野"], people["沈嘉禾"])
    tick(OUT + timedelta(minutes=1))
    assert smtp.to(people["田牧野"].email or "") == []
    row = reader(minutes, people["田牧野"])
    assert (row.excuse, row.excused_at, row.reached_at) == ("left", OUT + timedelta(minutes=1), None)
    ended = Clock.objects.get(kind="minutes", object_id=minutes.pk)
    assert (ended.stopped_at, ended.breached_at) == (OUT + timedelta(minutes=1), None)
    assert Event.objects.get(verb="minutes.reached").facts["count"] == 4


def test_a_disabled_account_is_excused_by_its_own_reason(weekly: Meeting, people: People, smtp: Smtp) -> None:
    minutes = distributed(weekly, people)
    people["田牧野"].is_active = False
    people["田牧野"].save(update_fields=["is_active"])
    tick(OUT + timedelta(minutes=1))
    assert smtp.to(people["田牧野"].email or "") == []
    assert reader(minutes, people["田牧野"]).excuse == "inactive"


def test_without_mail_who_left_is_excused_at_once(weekly: Meeting, people: People, project: Project) -> None:
    leave(project, people["田牧野"], people["沈嘉禾"])
    minutes = distributed(weekly, people)
    assert reader(minutes, people["田牧野"]).excuse == "left"
    assert Clock.objects.get(kind="minutes", object_id=minutes.pk).stopped_at == OUT


def test_an_excuse_of_which_nobody_heard_is_caught_up(weekly: Meeting, people: People, smtp: Smtp) -> None:
    minutes = distributed(weekly, people)
    tick(OUT + timedelta(minutes=1))
    MinutesReader.objects.filter(minutes=minutes).get(user=people["田牧野"])
    Delivery.objects.filter(notice__reader=people["田牧野"], channel="mail", notice__event=minutes.event).update(
        state="withheld", sent_at=None
    )
    row = reader(minutes, people["田牧野"])
    row.reached_at = None
    row.save(update_fields=["reached_at"])
    Clock.objects.filter(object_id=minutes.pk, kind="minutes").update(stopped_at=None)
    with clock.at(OUT + timedelta(minutes=2)):
        catch_up(minutes)
    assert reader(minutes, people["田牧野"]).excused_at == OUT + timedelta(minutes=2)
    assert Clock.objects.get(kind="minutes", object_id=minutes.pk).stopped_at == OUT + timedelta(minutes=1)


def test_who_left_after_the_mail_was_refused_is_excused_and_the_clock_stops(
    weekly: Meeting, people: People, project: Project, smtp: Smtp
) -> None:
    smtp.refuse[people["田牧野"].email or ""] = smtp.refuse[people["许知夏"].email or ""] = "550 no such user"
    minutes = distributed(weekly, people)
    tick(OUT + timedelta(minutes=1))
    leave(project, people["田牧野"], people["沈嘉禾"])
    tick(OUT + timedelta(minutes=2))
    assert (reader(minutes, people["田牧野"]).excuse, reader(minutes, people["许知夏"]).excuse) == ("left", "")
    assert Clock.objects.get(kind="minutes", object_id=minutes.pk).is_running
    people["许知夏"].is_active = False
    people["许知夏"].save(update_fields=["is_active"])
    tick(OUT + timedelta(minutes=3))
    assert reader(minutes, people["许知夏"]).excuse == "inactive"
    ended = Clock.objects.get(kind="minutes", object_id=minutes.pk)
    assert (ended.is_running, ended.breached_at) == (False, None)


def test_nobody_waits_for_a_superseded_version_once_its_breach_is_recorded(weekly: Meeting, people: People, smtp: Smtp) -> None:
    smtp.refuse[people["田牧野"].email or ""] = "550 no such user"
    first = distributed(weekly, people)
    tick(OUT + timedelta(minutes=1))
    with clock.at(OUT + timedelta(minutes=2)):
        open_revision(actor=people["周以宁"], minutes_uid=first.uid, reason="补一项")
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    tick(OUT + timedelta(minutes=3))
    running = Clock.objects.get(kind="minutes", object_id=first.pk)
    assert running.is_running  # a newer version in time is no way around the deadline
    for late in (0, 1):
        tick(DEADLINE + timedelta(minutes=late))
    running.refresh_from_db()
    assert (running.breached_at, running.stopped_at) == (DEADLINE, DEADLINE + timedelta(minutes=1))


@pytest.mark.races
def test_of_two_who_settle_the_last_two_readers_one_stops_the_clock(weekly: Meeting, people: People, smtp: Smtp) -> None:
    minutes = distributed(weekly, people)
    kept = Clock.objects.get(kind="minutes", object_id=minutes.pk)
    rows = list(
        Delivery.objects.filter(notice__event=minutes.event, channel="mail").select_related("notice__event", "notice__reader")
    )
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state="sent", sent_at=OUT)
    for row in rows:
        row.refresh_from_db()
    for _again in range(15):
        for one in minutes.readers.filter(user__in=[row.notice.reader_id for row in rows]):
            one.reached_at = None
            one.save(update_fields=["reached_at"])
        Clock.objects.filter(pk=kept.pk).update(stopped_at=None)
        before = Event.objects.filter(verb="minutes.reached").count()
        gate = threading.Barrier(len(rows))

        def settle(row: Delivery, gate: threading.Barrier = gate) -> None:
            try:
                gate.wait(30)
                let_know([row])
            finally:
                connection.close()

        threads = [threading.Thread(target=settle, args=(row,)) for row in rows]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        kept.refresh_from_db()
        assert kept.stopped_at is not None
        assert Event.objects.filter(verb="minutes.reached").count() == before + 1
