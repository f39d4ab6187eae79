"""What a series says of its people, and a person of one of its meetings: both stay, whoever the usual people are (rule D1)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest

from activity.models import Event, Notice
from common import clock
from common.refusals import Conflict, Refused
from meetings.feed import feed_of
from meetings.models import Meeting, Series
from meetings.services import SeriesPeople, add_copy, add_person, edit_series, name_keepers, plan_series, remove_copy, take_off
from people.models import User
from projects.models import Project
from projects.services.parties import appoint_liaison
from tests.meetings.second_parser import Calendar
from tests.meetings.test_invite import part, sent
from tests.meetings.test_series_pages import started
from tests.servers import Smtp

People = dict[str, User]
NOW = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WRITER = "沈嘉禾"  # liaison of 研发部
GUEST = "裴念安"  # of 市场部
HEAD = "林书瑶"
YEAR = datetime(2027, 4, 1, tzinfo=UTC)


@pytest.fixture
def weekly(project: Project) -> Series:
    return started(project, kind="weekly", rule="weekly", minutes=30)


def to_come(series: Series) -> list[Meeting]:
    return list(series.meetings.filter(starts_at__gt=NOW))


def say(people: People, series: Series, recorder: str | None, copies: Sequence[str], at: datetime = NOW) -> None:
    series.refresh_from_db()
    said = SeriesPeople(people[recorder] if recorder else None, [people[name] for name in copies])
    with clock.at(at):
        edit_series(
            actor=people["周以宁"], series_uid=series.uid, seen_version=series.version, at=series.at, minutes=series.minutes,
            people=said,
        )  # fmt: skip


def other_liaison(people: People, project: Project, department: str, liaison: str, at: datetime = LATER) -> None:
    party = project.parties.get(department__name=department)
    with clock.at(at):
        appoint_liaison(actor=party.head, party_uid=party.uid, liaison=people[liaison])


def invited(meeting: Meeting) -> set[str]:
    return set(meeting.attendees.filter(in_copy=False).values_list("user__name", flat=True))


def copied(meeting: Meeting) -> set[str]:
    return set(meeting.attendees.filter(in_copy=True).values_list("user__name", flat=True))


def test_minute_taker_and_copies_of_a_series_are_those_of_all_to_come_and_of_new_ones(people: People, weekly: Series) -> None:
    say(people, weekly, WRITER, [GUEST, HEAD])
    first = weekly.meetings.get(series_day=date(2026, 4, 20))
    assert (first.recorder.name, copied(first)) == ("周以宁", set()), "it is over"
    with clock.at(NOW):
        plan_series(weekly, date(2026, 7, 1))
    rows = to_come(weekly)
    assert {row.series_day > date(2026, 6, 1) for row in rows} == {True, False}
    assert {(row.chair.name, row.recorder.name, *sorted(copied(row))) for row in rows} == {
        ("周以宁", WRITER, *sorted([GUEST, HEAD]))
    }
    say(people, weekly, None, [HEAD], at=LATER)
    assert {(row.recorder.name, *copied(row)) for row in to_come(weekly)} == {("周以宁", HEAD)}


def test_only_who_comes_in_or_is_let_off_hears_of_it(smtp: Smtp, people: People, weekly: Series) -> None:
    say(people, weekly, None, [GUEST])
    event = Event.objects.filter(verb="meeting.series_changed").latest("pk")
    assert list(Notice.objects.filter(event=event).values_list("reader__name", flat=True)) == [GUEST]
    method, content = part(sent(smtp, NOW, people[GUEST])[-1])
    whole = next(event for event in Calendar(content).events if "rrule" in event.contents)
    assert (method, whole.uid.value) == ("REQUEST", str(weekly.uid))
    own = next(line for line in whole.contents["attendee"] if line.value == f"mailto:{people[GUEST].email}")
    assert (own.params["ROLE"], own.params["RSVP"]) == (["NON-PARTICIPANT"], ["FALSE"])
    say(people, weekly, None, [], at=LATER)
    method, content = part(sent(smtp, LATER, people[GUEST])[-1])
    assert (method, Calendar(content).one().status.value) == ("CANCEL", "CANCELLED")


def test_who_writes_speaks_for_a_department_and_who_is_in_copy_sees_the_project(
    people: People, weekly: Series, project: Project
) -> None:
    with pytest.raises(Refused) as caught:
        say(people, weekly, GUEST, [])
    assert caught.value.field == "recorder"
    outside = next(user for user in people.values() if not Project.objects.visible_to(user).filter(pk=project.pk).exists())
    with pytest.raises(Refused) as caught:
        say(people, weekly, None, [outside.name])
    assert caught.value.field == "copies"


def test_a_change_from_an_older_page_is_answered_with_both_values(people: People, weekly: Series) -> None:
    before = weekly.version
    say(people, weekly, WRITER, [GUEST])
    with clock.at(NOW), pytest.raises(Conflict) as caught:
        edit_series(
            actor=people[HEAD], series_uid=weekly.uid, seen_version=before, at=time(10), minutes=30, people=SeriesPeople()
        )
    assert (caught.value.theirs["recorder"], caught.value.theirs["copies"]) == (people[WRITER], [people[GUEST]])


def test_another_liaison_leaves_whom_a_person_added_and_who_is_in_copy(people: People, weekly: Series, project: Project) -> None:
    say(people, weekly, WRITER, [HEAD])
    one, other = to_come(weekly)[:2]
    with clock.at(NOW):
        add_person(actor=people["周以宁"], meeting_uid=one.uid, person=people["顾承泽"])
        add_copy(actor=people["周以宁"], meeting_uid=one.uid, person=people[GUEST])
    other_liaison(people, project, "销售部", people_head(project, "销售部"))
    assert "顾承泽" in invited(one)
    assert "顾承泽" not in invited(other)
    assert ("许知夏" in invited(one), "许知夏" in invited(other)) == (False, False)
    assert (copied(one), copied(other)) == ({HEAD, GUEST}, {HEAD})
    assert {row.recorder.name for row in to_come(weekly)} == {WRITER}


def people_head(project: Project, department: str) -> str:
    return str(project.parties.get(department__name=department).head.name)


def test_whom_a_person_took_off_one_meeting_does_not_come_back_to_it(people: People, weekly: Series, project: Project) -> None:
    say(people, weekly, None, [HEAD])
    one, other = to_come(weekly)[:2]
    with clock.at(NOW):
        take_off(actor=people["周以宁"], meeting_uid=one.uid, person_uid=people["许知夏"].uid)
        remove_copy(actor=people["周以宁"], meeting_uid=one.uid, person_uid=people[HEAD].uid)
    other_liaison(people, project, "研发部", people_head(project, "研发部"))
    assert ("许知夏" in invited(one), "许知夏" in invited(other)) == (False, True)
    assert (copied(one), copied(other)) == (set(), {HEAD})
    with clock.at(LATER):
        add_person(actor=people["周以宁"], meeting_uid=one.uid, person=people["许知夏"])
    other_liaison(people, project, "研发部", WRITER, at=LATER + timedelta(hours=1))
    assert "许知夏" in invited(one)


def test_whom_a_person_named_chair_of_one_meeting_stays_that(people: People, weekly: Series, project: Project) -> None:
    one, other = to_come(weekly)[:2]
    with clock.at(NOW):
        name_keepers(
            actor=people["周以宁"], meeting_uid=one.uid, chair=people[HEAD], recorder=people["许知夏"], seen_version=one.version
        )
    say(people, weekly, WRITER, [])
    other_liaison(people, project, "市场部", GUEST)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.chair.name, one.recorder.name) == (HEAD, "许知夏")
    assert (other.chair.name, other.recorder.name) == (GUEST, WRITER)
    other_liaison(people, project, "销售部", people_head(project, "销售部"), at=LATER + timedelta(hours=1))
    one.refresh_from_db()
    assert (one.chair.name, one.recorder.name) == (HEAD, WRITER), "who speaks for nobody any more writes no minutes"


def test_a_minute_taker_who_speaks_for_nobody_any_more_gives_way_to_the_chair(
    people: People, weekly: Series, project: Project
) -> None:
    say(people, weekly, WRITER, [])
    other_liaison(people, project, "研发部", people_head(project, "研发部"))
    assert {row.recorder.name for row in to_come(weekly)} == {"周以宁"}
    assert WRITER not in invited(to_come(weekly)[0])


def test_who_is_invited_to_one_meeting_hears_of_that_one_alone(smtp: Smtp, people: People, weekly: Series) -> None:
    last = to_come(weekly)[-1]
    with clock.at(NOW):
        add_person(actor=people["周以宁"], meeting_uid=last.uid, person=people[GUEST])
    method, content = part(sent(smtp, NOW, people[GUEST])[-1])
    assert (method, Calendar(content).one().uid.value) == ("REQUEST", str(last.uid))
    with clock.at(LATER):
        edit_series(actor=people["周以宁"], series_uid=weekly.uid, seen_version=weekly.version, at=time(9), minutes=45)
    method, content = part(sent(smtp, LATER, people[GUEST])[-1])
    event = Calendar(content).one()
    assert (method, "rrule" in event.contents) == ("REQUEST", False)
    assert Calendar(content).moments(event.dtstart) == [last.starts_at - timedelta(hours=1)]
    with clock.at(LATER):
        assert [entry.contents.get("rrule") for entry in Calendar(feed_of(people[GUEST]).content).events] == [None]


def test_a_meeting_that_one_was_taken_off_is_no_part_of_the_series_any_more(smtp: Smtp, people: People, weekly: Series) -> None:
    one = to_come(weekly)[2]
    with clock.at(NOW):
        take_off(actor=people["周以宁"], meeting_uid=one.uid, person_uid=people[WRITER].uid)
    method, content = part(sent(smtp, NOW, people[WRITER])[-1])
    assert (method, Calendar(content).moments(Calendar(content).one().recurrence_id)) == ("CANCEL", [one.starts_at])
    with clock.at(LATER):
        edit_series(actor=people["周以宁"], series_uid=weekly.uid, seen_version=weekly.version, at=time(9), minutes=30)
    found = Calendar(part(sent(smtp, LATER, people[WRITER])[-1])[1]).meetings(YEAR)
    days = {row.starts_at for row in found}
    others = {row.starts_at for row in to_come(weekly)} - {one.starts_at - timedelta(hours=1)}
    assert others <= days
    assert one.starts_at - timedelta(hours=1) not in days
