"""Minutes whose mail is out count as having reached their reader, whatever went wrong when the mail was marked (rule D4)."""

from datetime import date, time, timedelta

import pytest

from activity.beat import run_clocks, sweep_outbox
from activity.models import Clock, Delivery, Event
from common import clock, ports
from common.refusals import Refused
from documents.services import object_to
from meetings.beat import plan_meetings
from meetings.models import Meeting, Minutes, MinutesReader, Series
from meetings.services import (
    archive_minutes,
    edit_series,
    move_meeting,
    open_revision,
    publish_minutes,
    start_series,
    write_summary,
)
from people.models import User
from projects.models import Project
from tests.documents.build import sign_as
from tests.meetings.conftest import DEADLINE, END
from tests.servers import Smtp

People = dict[str, User]
OUT = END + timedelta(hours=1)


def out(meeting: Meeting, people: People) -> Minutes:
    """The minutes, distributed an hour after the end by the chair."""
    with clock.at(END):
        plan_meetings()
    with clock.at(OUT):
        write_summary(actor=meeting.chair, meeting_uid=meeting.uid, seen_version=1, summary="目标与分工已达成一致。")
        return publish_minutes(actor=meeting.chair, meeting_uid=meeting.uid)


def test_a_reaction_that_failed_is_caught_up_within_a_minute(
    weekly: Meeting, people: People, smtp: Smtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_deliveries: object) -> None:
        raise RuntimeError("the disk is full")

    minutes = out(weekly, people)
    with monkeypatch.context() as broken:
        broken.setitem(ports.delivered, "minutes.distributed", [fail])
        with clock.at(OUT + timedelta(minutes=1)):
            sweep_outbox()
    assert len(smtp.accepted) == 4
    assert MinutesReader.objects.filter(minutes=minutes, reached_at__isnull=True).count() == 4
    for _twice in range(2):
        with clock.at(OUT + timedelta(minutes=2)):
            plan_meetings()
    assert not MinutesReader.objects.filter(minutes=minutes, reached_at__isnull=True).exists()
    assert Event.objects.filter(verb="minutes.reached").count() == 1
    assert Clock.objects.get(kind="minutes").stopped_at == OUT + timedelta(minutes=1)


@pytest.mark.parametrize("outcome", ["sent", "withheld"])
def test_a_lost_mark_of_a_version_without_a_clock_is_caught_up(weekly: Meeting, people: People, smtp: Smtp, outcome: str) -> None:
    """The worker was killed after the mail server had taken the mails, before anybody heard of it."""
    first = out(weekly, people)
    with clock.at(OUT + timedelta(minutes=5)):
        open_revision(actor=weekly.chair, minutes_uid=first.uid, reason="补一项")
        second = publish_minutes(actor=weekly.chair, meeting_uid=weekly.uid)
    settled = OUT + timedelta(minutes=6)
    mails = Delivery.objects.filter(notice__event=second.event, channel="mail")
    assert mails.update(state=outcome, sent_at=settled if outcome == "sent" else None) == 4
    with clock.at(OUT + timedelta(hours=1)):
        plan_meetings()
    assert not Clock.objects.filter(kind="minutes", object_id=second.pk).exists()
    waiting = second.readers.exclude(user=weekly.chair)
    if outcome == "sent":
        assert {row.reached_at for row in waiting} == {settled}
    else:
        assert {(row.reached_at, row.excuse) for row in waiting} == {(None, "left")}


def test_all_were_reached_but_nobody_stopped_the_clock(weekly: Meeting, people: People, smtp: Smtp) -> None:
    """Two workers marked the last two readers at once, and each saw the other's as still waiting."""
    minutes = out(weekly, people)
    with clock.at(OUT + timedelta(minutes=1)):
        sweep_outbox()
    Clock.objects.filter(kind="minutes").update(stopped_at=None)
    for late in (0, 1, 2):
        with clock.at(DEADLINE + timedelta(minutes=late)):
            run_clocks()
            plan_meetings()
    running = Clock.objects.get(kind="minutes", object_id=minutes.pk)
    assert (running.breached_at, running.stopped_at) == (None, OUT + timedelta(minutes=1))
    assert not Event.objects.filter(verb="minutes.breached").exists()


def test_a_series_that_cannot_be_planned_holds_up_no_clock(weekly: Meeting, people: People, project: Project) -> None:
    project.state = "execution"
    project.save(update_fields=["state"])
    Series.objects.create(
        project=project, kind="weekly", title="周例会", rule="weekly", at=time(10), minutes=0, first_on=date(2026, 4, 1)
    )
    with clock.at(END):
        plan_meetings()
    assert Clock.objects.filter(kind="minutes").count() == 1


def test_an_objection_cannot_undo_the_signatures_on_archived_minutes(kickoff: Meeting, people: People) -> None:
    minutes = out(kickoff, people)
    document = minutes.document
    assert document is not None
    with clock.at(OUT + timedelta(hours=1)):
        sign_as(people["顾承泽"], document)
    assert minutes.answer_by is not None
    with clock.at(minutes.answer_by):
        archive_minutes(actor=people["林书瑶"], minutes_uid=minutes.uid)
        with pytest.raises(Refused):
            object_to(actor=people["贺立川"], document_uid=document.uid, reason="分工不对")
    document.refresh_from_db()
    assert document.state == "complete"
    assert document.slots.filter(state="signed").count() == 1


def test_a_changed_series_is_seen_by_who_moves_one_of_its_meetings(people: People, project: Project) -> None:
    with clock.at(END):
        series = start_series(
            actor=people["周以宁"], project_uid=project.uid, kind="monthly_review", rule="last_workday", at=time(10), minutes=60,
            first_on=date(2026, 4, 15), last_on=date(2026, 6, 1),
        )  # fmt: skip
        meeting = series.meetings.earliest("starts_at")
        seen = meeting.version
        edit_series(actor=people["林书瑶"], series_uid=series.uid, seen_version=series.version, at=time(15), minutes=60)
        begins = meeting.starts_at + timedelta(hours=1)
        with pytest.raises(Refused):
            move_meeting(
                actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=seen, starts_at=begins,
                ends_at=begins + timedelta(hours=1),
            )  # fmt: skip
