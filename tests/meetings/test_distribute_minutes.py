"""The 24 hours of minutes (rule D4), with the log of a real mail server as witness."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from activity.beat import run_clocks, sweep_outbox
from activity.models import Clock, Delivery, Event
from common import clock
from common.canonical import sha256_of
from common.refusals import Refused
from lifecycle.services import resume_project, suspend_project
from meetings.beat import plan_meetings
from meetings.certificate.deadline import deadline_of
from meetings.models import Meeting, Minutes
from meetings.services import (
    add_action,
    add_resolution,
    call_meeting,
    end_meeting,
    move_meeting,
    open_revision,
    publish_minutes,
    write_summary,
)
from people.models import User
from projects.models import Project
from tests.meetings.conftest import DEADLINE, END
from tests.servers import Smtp

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]
LIAISONS = ("周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴")


def tick(moment: datetime) -> None:
    """What the scheduler does in one minute."""
    with clock.at(moment):
        plan_meetings()
        run_clocks()
        sweep_outbox()


def walk(first: datetime, last: datetime, step: timedelta = timedelta(minutes=10)) -> None:
    """Every beat on the way, never a jump over a step."""
    moment = first
    while moment <= last:
        tick(moment)
        moment += step


def clock_of(meeting: Meeting) -> Clock:
    return Clock.objects.get(kind="minutes", object_id=meeting.minutes_versions.get().pk)


def received(smtp: Smtp, people: People, word: str) -> list[str]:
    """Who got a mail with that word in its subject, by the server's log."""
    by_mail = {user.email: name for name, user in people.items()}
    return sorted(by_mail[to] for mail in smtp.accepted if word in mail.subject for to in mail.recipients)


@pytest.fixture
def write(weekly: Meeting, people: People) -> Callable[[], None]:
    """The chair writes a summary, a resolution, and an action of 沈嘉禾."""

    def _write() -> None:
        chair: dict[str, Any] = {"actor": people["周以宁"], "meeting_uid": weekly.uid}
        write_summary(**chair, seen_version=1, summary="样品测试按期，铺货名单已定。")
        add_resolution(**chair, text="首批铺货100家门店")
        add_action(**chair, text="补测两项", owner=people["沈嘉禾"], due_on=END.date() + timedelta(days=3))

    return _write


def test_the_clock_runs_from_the_planned_end_on(weekly: Meeting) -> None:
    tick(END - timedelta(minutes=1))
    assert not Clock.objects.filter(kind="minutes").exists()
    tick(END)
    tick(END)
    assert clock_of(weekly).due_at == DEADLINE


def test_published_by_hand_everybody_is_reached_and_the_clock_stops(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    with clock.at(END):
        end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid)
        write()
    with clock.at(END + timedelta(hours=3)):
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    assert clock_of(weekly).is_running
    sender = weekly.minutes_versions.get().readers.get(user=people["周以宁"])
    assert (sender.seen_at, sender.confirmed_at) == (None, END + timedelta(hours=3))  # who sends has not opened it by that
    tick(END + timedelta(hours=3, minutes=1))
    assert received(smtp, people, "会议纪要") == sorted(name for name in LIAISONS if name != "周以宁")
    ended = clock_of(weekly)
    assert (ended.stopped_at, ended.breached_at) == (END + timedelta(hours=3, minutes=1), None)
    walk(END + timedelta(hours=15), DEADLINE + timedelta(hours=1))
    assert len(smtp.accepted) == 4 + len([m for m in smtp.accepted if "会议纪要" not in m.subject])
    assert not Event.objects.filter(verb__in=["minutes.breached", "minutes.reminded"]).exists()


def test_the_mail_puts_the_readers_own_actions_first(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    with clock.at(END):
        write()
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    tick(END + timedelta(minutes=1))
    own = smtp.to(people["沈嘉禾"].email)[-1].text
    assert own.index("样品测试按期") < own.index("补测两项") < own.index("首批铺货100家门店")
    other = smtp.to(people["许知夏"].email)[-1].text
    assert other.index("首批铺货100家门店") < other.index("补测两项") < other.index("沈嘉禾")
    assert "/notices/" in other or "http" in other


def test_reminded_at_eight_and_two_hours_then_sent_by_the_system_before_the_deadline(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    with clock.at(END):
        write()
    walk(END, DEADLINE - timedelta(minutes=100))
    reminders = Event.objects.filter(verb="minutes.reminded").order_by("at")
    assert [(row.at, row.facts["hours"]) for row in reminders] == [
        (DEADLINE - timedelta(hours=8), 8),
        (DEADLINE - timedelta(hours=2), 2),
    ]
    assert not received(smtp, people, "会议纪要")
    walk(DEADLINE - timedelta(minutes=90), DEADLINE + timedelta(hours=1))
    minutes = weekly.minutes_versions.get()
    assert minutes.by_system
    assert minutes.distributed_at == DEADLINE - timedelta(minutes=90)
    assert received(smtp, people, "会议纪要") == sorted(LIAISONS)
    ended = clock_of(weekly)
    assert ended.stopped_at is not None
    assert ended.stopped_at <= DEADLINE
    assert ended.breached_at is None
    weekly.refresh_from_db()
    assert (weekly.state, weekly.ended_at) == ("held", END)


def test_with_nothing_written_chair_and_lead_are_told_and_the_breach_is_recorded(
    weekly: Meeting, people: People, smtp: Smtp
) -> None:
    walk(END, DEADLINE + timedelta(hours=1))
    told = Event.objects.get(verb="minutes.empty")
    assert told.at == DEADLINE - timedelta(minutes=90)
    assert {row.reader.name for row in told.notices.all()} == {"周以宁", "林书瑶"}
    breach = Event.objects.get(verb="minutes.breached")
    assert breach.at == DEADLINE
    assert breach.facts["distributed"] is False
    assert clock_of(weekly).breached_at == DEADLINE
    assert clock_of(weekly).is_running
    assert weekly.minutes_versions.get().state == "draft"
    assert not received(smtp, people, "会议纪要")


def test_minutes_keep_their_number_and_no_others_get_it(people: People, project: Project) -> None:
    def called(title: str, starts_at: datetime) -> Meeting:
        said = {"kind": "other", "title": title, "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=30)}
        return call_meeting(actor=people["周以宁"], project_uid=project.uid, **said)

    def published(meeting: Meeting) -> Minutes:
        chair = {"actor": people["周以宁"], "meeting_uid": meeting.uid}
        add_resolution(**chair, text="样品测试按期")
        return publish_minutes(**chair)

    with clock.at(END - timedelta(days=2)):
        early, late = called("样品评审", END + timedelta(days=1)), called("价格会", END)
    with clock.at(END + timedelta(minutes=40)):
        first = published(late)
        said = {"starts_at": END + timedelta(minutes=60), "ends_at": END + timedelta(minutes=90)}
        move_meeting(actor=people["周以宁"], meeting_uid=early.uid, seen_version=early.version, **said)
    with clock.at(END + timedelta(minutes=100)):
        second = published(early)
        open_revision(actor=people["周以宁"], minutes_uid=first.uid, reason="更正")
        corrected = published(late)
    numbers = [minutes.content["number"].removeprefix(project.code) for minutes in (first, second, corrected)]
    assert numbers == ["-20260414-1", "-20260414-2", "-20260414-1"]


def test_what_is_written_within_the_margin_is_sent_in_time_once_its_writer_pauses(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    walk(END, DEADLINE - timedelta(minutes=80))
    with clock.at(DEADLINE - timedelta(minutes=60)):
        write()
    tick(DEADLINE - timedelta(minutes=57))
    assert weekly.minutes_versions.get().state == "draft"  # somebody is still writing
    walk(DEADLINE - timedelta(minutes=55), DEADLINE + timedelta(minutes=10), timedelta(minutes=5))
    minutes = weekly.minutes_versions.get()
    assert (minutes.by_system, minutes.distributed_at) == (True, DEADLINE - timedelta(minutes=55))
    assert received(smtp, people, "会议纪要") == sorted(LIAISONS)
    assert clock_of(weekly).breached_at is None
    assert Event.objects.filter(verb="minutes.empty").count() == 1


def test_whoever_still_writes_is_let_finish_until_the_last_call(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    walk(END, DEADLINE - timedelta(minutes=80))
    with clock.at(DEADLINE - timedelta(minutes=16)):
        write()
    tick(DEADLINE - timedelta(minutes=16))
    assert weekly.minutes_versions.get().state == "draft"
    tick(DEADLINE - timedelta(minutes=15))
    assert weekly.minutes_versions.get().by_system
    tick(DEADLINE)
    assert clock_of(weekly).breached_at is None


def test_what_is_written_in_the_last_minutes_is_sent_by_the_system_at_the_deadline(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    walk(END, DEADLINE - timedelta(minutes=80))
    with clock.at(DEADLINE - timedelta(seconds=30)):
        write()
    walk(DEADLINE, DEADLINE + timedelta(minutes=10))
    minutes = weekly.minutes_versions.get()
    assert (minutes.by_system, minutes.distributed_at) == (True, DEADLINE)
    assert received(smtp, people, "会议纪要") == sorted(LIAISONS)
    assert Event.objects.get(verb="minutes.breached").facts["distributed"] is True
    assert Event.objects.filter(verb="minutes.empty").count() == 1


def test_while_the_project_is_held_up_the_24_hours_stand_still_and_resumed_the_rest_of_them_runs_on(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    head, held = weekly.project.initiating_dept.head, timedelta(days=3)
    walk(END, END + timedelta(hours=10), timedelta(hours=1))
    with clock.at(END + timedelta(hours=10)):
        write()
        suspend_project(actor=head, project_uid=weekly.project.uid, reason="预算冻结")
    walk(DEADLINE - timedelta(hours=2), DEADLINE + timedelta(hours=1))
    assert not Event.objects.filter(verb__in=["minutes.reminded", "minutes.empty", "minutes.breached"]).exists()
    assert (weekly.minutes_versions.get().state, clock_of(weekly).is_running) == ("draft", False)
    with clock.at(END + timedelta(hours=10) + held):
        resume_project(actor=head, project_uid=weekly.project.uid, reason="预算恢复")
    assert (clock_of(weekly).is_running, clock_of(weekly).due_at) == (True, DEADLINE + held)
    with clock.at(END + timedelta(hours=11) + held):
        end_meeting(actor=people["周以宁"], meeting_uid=weekly.uid, ended_at=END - timedelta(minutes=30))
    assert clock_of(weekly).due_at == DEADLINE + held - timedelta(minutes=30)
    walk(DEADLINE + held - timedelta(hours=3), DEADLINE + held)
    minutes = weekly.minutes_versions.get()
    assert (minutes.by_system, clock_of(weekly).breached_at) == (True, None)
    assert received(smtp, people, "会议纪要") == sorted(LIAISONS)
    assert deadline_of(minutes, clock_of(weekly), DEADLINE + held)["verdict"] == "in_time"


def test_late_is_shown_as_late_even_when_all_are_reached_afterwards(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    walk(END, DEADLINE + timedelta(minutes=10))
    with clock.at(DEADLINE + timedelta(hours=2)):
        write()
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    walk(DEADLINE + timedelta(hours=2), DEADLINE + timedelta(hours=3))
    ended = clock_of(weekly)
    assert ended.breached_at == DEADLINE
    assert ended.stopped_at == DEADLINE + timedelta(hours=2)
    assert Event.objects.filter(verb="minutes.breached").count() == 1


def test_a_mail_server_that_is_away_at_the_deadline_is_a_breach_and_nothing_is_lost(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    with clock.at(END):
        write()
    smtp.stop()
    walk(END, DEADLINE + timedelta(minutes=30))
    assert clock_of(weekly).breached_at == DEADLINE
    assert Event.objects.get(verb="minutes.breached").facts == {
        "due_at": DEADLINE.isoformat(),
        "distributed": True,
        "missing": 5,
    }
    smtp.start()
    walk(DEADLINE + timedelta(minutes=40), DEADLINE + timedelta(hours=3))
    assert received(smtp, people, "会议纪要") == sorted(LIAISONS)
    assert clock_of(weekly).stopped_at is not None


def test_one_address_refused_by_the_server_keeps_the_clock_running_and_tells_chair_and_lead(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    smtp.refuse[people["许知夏"].email] = "550 no such user"
    with clock.at(END):
        write()
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    walk(END, END + timedelta(hours=1))
    minutes = weekly.minutes_versions.get()
    assert [row.user.name for row in minutes.readers.filter(reached_at__isnull=True)] == ["许知夏"]
    assert clock_of(weekly).is_running
    told = Event.objects.get(verb="minutes.undelivered")
    assert "许知夏" not in told.sentence  # the log is read by other departments, who see their own lines only
    assert (told.facts["reader"], told.facts["reply"]) == ("许知夏", "550 no such user")
    assert {row.reader.name for row in told.notices.all()} == {"周以宁", "林书瑶"}


def test_a_person_without_mail_is_reached_by_the_notice(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    people["田牧野"].email = None
    people["田牧野"].save(update_fields=["email"])
    with clock.at(END):
        write()
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
        readers = weekly.minutes_versions.get().readers
        assert {row.user.name for row in readers.filter(reached_at__isnull=False)} == {"周以宁", "田牧野"}
    tick(END + timedelta(minutes=1))
    assert clock_of(weekly).stopped_at == END + timedelta(minutes=1)


def test_without_a_mail_server_the_notice_is_the_reaching(weekly: Meeting, people: People, write: Callable[[], None]) -> None:
    tick(END)
    with clock.at(END + timedelta(minutes=5)):
        write()
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    assert clock_of(weekly).stopped_at == END + timedelta(minutes=5)
    assert not Delivery.objects.filter(channel="mail").exists()


def test_empty_minutes_cannot_be_published_by_hand(weekly: Meeting, people: People) -> None:
    with clock.at(END), pytest.raises(Refused) as said:
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    assert said.value.field == "summary"
    with clock.at(END - timedelta(hours=2)):
        write_summary(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, summary="早了")
        with pytest.raises(Refused):
            publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)


def test_twice_is_once(weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]) -> None:
    with clock.at(END):
        write()
    tick(END)
    for _twice in range(3):
        tick(DEADLINE - timedelta(minutes=80))
    assert received(smtp, people, "会议纪要") == sorted(LIAISONS)
    assert Event.objects.filter(verb="minutes.distributed").count() == 1


def test_an_outage_over_the_deadline_is_caught_up_late_and_said_to_be_late(
    weekly: Meeting, people: People, smtp: Smtp, write: Callable[[], None]
) -> None:
    with clock.at(END):
        write()
    tick(END)
    walk(DEADLINE + timedelta(hours=5), DEADLINE + timedelta(hours=5, minutes=10))
    assert received(smtp, people, "会议纪要") == sorted(LIAISONS)
    ended = clock_of(weekly)
    assert ended.breached_at is not None
    assert not Event.objects.filter(verb="minutes.reminded").exists()


def test_what_was_sent_is_frozen_and_hashed(weekly: Meeting, people: People, write: Callable[[], None]) -> None:
    with clock.at(END):
        write()
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    minutes = Minutes.objects.get(meeting=weekly)
    assert minutes.content_sha256 == sha256_of(minutes.content)
    lineage = str(minutes.resolutions.get().lineage)
    assert minutes.content["resolutions"] == [{"lineage": lineage, "text": "首批铺货100家门店", "item": None}]
    assert minutes.content["actions"][0]["owner"]["name"] == "沈嘉禾"


def test_an_end_said_after_the_breach_does_not_undo_it(weekly: Meeting, people: People) -> None:
    walk(END, DEADLINE + timedelta(minutes=10))
    breached = clock_of(weekly).breached_at
    assert breached is not None
    end = {"actor": people["周以宁"], "meeting_uid": weekly.uid}
    with clock.at(DEADLINE + timedelta(hours=1)):
        with pytest.raises(Refused) as said:
            end_meeting(**end, ended_at=END + timedelta(hours=2))
        assert said.value.field == "ended_at"
        end_meeting(**end, ended_at=END - timedelta(minutes=10))
    after = clock_of(weekly)
    assert (after.breached_at, after.due_at) == (breached, DEADLINE)
