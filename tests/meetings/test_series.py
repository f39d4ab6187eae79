"""Series of meetings (rule D1): started by the memorandum, planned ahead, each made once."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from activity.models import Event, Notice
from common import clock, ports
from common.refusals import Conflict
from meetings.beat import plan_meetings
from meetings.models import Attendee, Meeting, Series
from meetings.services import edit_series, mark_not_held, move_meeting, plan_series, start_series
from people.models import User
from projects.models import Project
from projects.services.parties import appoint_liaison
from projects.services.project import edit_project

People = dict[str, User]
SIGNED = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)  # Friday 16:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def series(project: Project) -> dict[str, Series]:
    """The series that a memorandum in force starts."""
    Project.objects.filter(pk=project.pk).update(state="execution")
    common = {
        "actor": None,
        "project_uid": project.uid,
        "at": time(10),
        "first_on": date(2026, 4, 17),
        "last_on": date(2026, 9, 30),
    }
    with clock.at(SIGNED):
        return {
            "weekly": start_series(kind="weekly", rule="weekly", minutes=30, **common),
            "monthly": start_series(kind="monthly_review", rule="last_workday", minutes=60, **common),
        }


def begins(series: Series) -> list[str]:
    return [f"{row.starts_at.astimezone(SHANGHAI):%m-%d %a %H:%M}" for row in series.meetings.all()]


def test_the_meetings_of_five_weeks_exist_at_once_and_keep_off_holidays(series: dict[str, Series]) -> None:
    assert begins(series["weekly"]) == [
        "04-20 Mon 10:00",
        "04-27 Mon 10:00",
        "05-06 Wed 10:00",
        "05-11 Mon 10:00",
        "05-18 Mon 10:00",
    ]
    assert begins(series["monthly"]) == ["04-30 Thu 10:00"]


def test_weekly_meetings_have_the_liaisons_monthly_ones_the_heads(series: dict[str, Series], people: People) -> None:
    weekly, monthly = series["weekly"].meetings.first(), series["monthly"].meetings.first()
    assert {row.user.name for row in weekly.attendees.all()} == {"周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴"}
    assert (weekly.chair, weekly.recorder) == (people["周以宁"], people["周以宁"])
    assert {row.user.name for row in monthly.attendees.all()} == {"林书瑶", "顾承泽", "贺立川", "蒋明远", "宋清越"}
    assert monthly.chair == people["林书瑶"]


def test_planning_twice_is_planning_once_and_the_beat_goes_on_week_by_week(series: dict[str, Series]) -> None:
    before = Meeting.objects.count()
    with clock.at(SIGNED):
        plan_meetings()
        plan_series(series["weekly"], date(2026, 5, 22))
        series["weekly"].planned_until = None  # as a second scheduler that read the row earlier would see it
        plan_series(series["weekly"], date(2026, 5, 22))
    assert Meeting.objects.count() == before
    with clock.at(SIGNED + timedelta(weeks=1)):
        plan_meetings()
    assert begins(series["weekly"])[-1] == "05-25 Mon 10:00"


def test_after_a_long_outage_no_meeting_is_made_that_nobody_could_attend(series: dict[str, Series]) -> None:
    with clock.at(SIGNED + timedelta(weeks=10)):
        plan_meetings()
    days = begins(series["weekly"])
    assert "05-25 Mon 10:00" not in days
    assert "06-29 Mon 10:00" in days


def test_the_series_ends_with_the_project(series: dict[str, Series]) -> None:
    with clock.at(datetime(2026, 9, 20, 4, 0, tzinfo=UTC)):
        plan_meetings()
        plan_meetings()
    assert begins(series["weekly"])[-1] == "09-28 Mon 10:00"


def test_a_memorandum_in_force_starts_both_series_once(project: Project) -> None:
    for _twice in range(2):
        for reaction in ports.reactions["memorandum.in_force"]:
            if reaction.__module__ == "meetings.reactions":
                with clock.at(SIGNED):
                    reaction(type("Event", (), {"project_id": project.pk})())
    assert sorted(project.series.values_list("kind", flat=True)) == ["monthly_review", "weekly"]
    assert project.series.get(kind="weekly").last_on == date(2026, 9, 30)


def test_changing_the_series_moves_all_that_follow(series: dict[str, Series], people: People) -> None:
    with clock.at(datetime(2026, 4, 27, 4, 0, tzinfo=UTC)):
        said = {"series_uid": series["weekly"].uid, "at": time(9, 30), "minutes": 45, "weekday": 1}
        edit_series(actor=people["周以宁"], seen_version=1, **said)
        with pytest.raises(Conflict):
            edit_series(actor=people["林书瑶"], seen_version=1, **said)
    assert begins(series["weekly"]) == [
        *["04-20 Mon 10:00", "04-27 Mon 10:00"],
        *["05-06 Wed 09:30", "05-12 Tue 09:30", "05-19 Tue 09:30"],
    ]


def test_a_new_liaison_takes_the_seat_in_the_meetings_to_come(
    series: dict[str, Series], people: People, project: Project
) -> None:
    with clock.at(datetime(2026, 4, 22, 4, 0, tzinfo=UTC)):
        party = project.parties.get(department__name="研发部")
        appoint_liaison(actor=people["顾承泽"], party_uid=party.uid, liaison=people["白露晞"])
        steering = project.parties.get(department__name="市场部")
        appoint_liaison(actor=people["林书瑶"], party_uid=steering.uid, liaison=people["裴念安"])
    held, coming = series["weekly"].meetings.all()[:2]
    assert "沈嘉禾" in {row.user.name for row in held.attendees.all()}
    assert {row.user.name for row in coming.attendees.all()} == {"裴念安", "白露晞", "田牧野", "许知夏", "孟初晴"}
    assert (coming.chair, coming.recorder) == (people["裴念安"], people["裴念安"])
    events = Event.objects.filter(verb="meeting.people_changed").order_by("pk")
    assert [(event.facts["meeting"], event.facts["joined"], event.facts["left"]) for event in events] == [
        ("周例会", "白露晞", "沈嘉禾"),
        ("周例会", "裴念安", "周以宁"),
    ]
    assert {notice.reader.name for notice in Notice.objects.filter(event__in=events)} == {"白露晞", "沈嘉禾", "裴念安", "周以宁"}
    series["weekly"].refresh_from_db()
    assert (series["weekly"].sequence, held.sequence, coming.sequence) == (2, 0, 2)


def test_who_was_in_copy_and_becomes_liaison_is_invited(series: dict[str, Series], people: People, project: Project) -> None:
    coming = series["weekly"].meetings.all()[2]
    Attendee(meeting=coming, user=people["白露晞"], department=people["白露晞"].department, order=9, in_copy=True).save()
    with clock.at(datetime(2026, 4, 22, 4, 0, tzinfo=UTC)):
        party = project.parties.get(department__name="研发部")
        appoint_liaison(actor=people["顾承泽"], party_uid=party.uid, liaison=people["白露晞"])
    assert [row.in_copy for row in coming.attendees.filter(user=people["白露晞"])] == [False]


def test_each_change_after_the_announcement_raises_the_sequence(series: dict[str, Series], people: People) -> None:
    with clock.at(datetime(2026, 4, 27, 4, 0, tzinfo=UTC)):
        meeting = series["weekly"].meetings.all()[2]
        at, said = datetime(2026, 5, 7, 2, 0, tzinfo=UTC), {"actor": people["周以宁"], "meeting_uid": meeting.uid}
        move_meeting(seen_version=1, starts_at=at, ends_at=at + timedelta(minutes=30), **said)
        edit_series(actor=people["周以宁"], series_uid=series["weekly"].uid, seen_version=1, at=time(9), minutes=30, weekday=0)
        meeting.refresh_from_db()
        assert (meeting.moved_by_hand, meeting.sequence, meeting.starts_at) == (True, 1, at)
        mark_not_held(reason="五一假期", **said)
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.is_cancelled) == (2, True)


@pytest.mark.parametrize(
    ("scenario", "ends_on", "last_on"),
    [
        ("new_product", date(2026, 9, 30), date(2026, 9, 30)),
        ("incident", None, None),  # a period without an end
        ("blank", date(2026, 4, 1), None),  # a period that is over: one meets until the project is closed
    ],
)
def test_whatever_the_project_its_series_exist_from_the_moment_it_enters_execution(
    project: Project, scenario: str, ends_on: date | None, last_on: date | None
) -> None:
    Project.objects.filter(pk=project.pk).update(scenario=scenario, starts_on=None, ends_on=ends_on, state="execution")
    with clock.at(SIGNED):
        for reaction in ports.reactions["memorandum.in_force"]:
            if reaction.__module__ == "meetings.reactions":
                reaction(type("Event", (), {"project_id": project.pk})())
    assert {series.last_on for series in project.series.all()} == {last_on}
    assert begins(project.series.get(kind="weekly"))[:2] == ["04-20 Mon 10:00", "04-27 Mon 10:00"]
    assert begins(project.series.get(kind="monthly_review")) == ["04-30 Thu 10:00"]


def test_series_end_with_the_project_and_go_on_when_it_is_given_more_time(
    series: dict[str, Series], people: People, project: Project
) -> None:
    def give(day: date) -> None:
        project.refresh_from_db()
        edit_project(actor=people["周以宁"], project_uid=project.uid, seen_version=project.version, ends_on=day)

    with clock.at(datetime(2026, 4, 21, 2, 0, tzinfo=UTC)):
        give(date(2026, 5, 8))
        coming = series["weekly"].meetings.filter(state="planned", starts_at__gt=clock.now())
        assert [f"{row.starts_at:%m-%d}" for row in coming] == ["04-27", "05-06"]
        give(date(2026, 12, 31))
        assert [f"{row.starts_at:%m-%d}" for row in coming.all()] == ["04-27", "05-06", "05-11", "05-18"]
    series["weekly"].refresh_from_db()
    assert series["weekly"].last_on == date(2026, 12, 31)


def test_meetings_keep_their_hour_by_the_clocks_of_the_project(
    series: dict[str, Series], people: People, project: Project
) -> None:
    with clock.at(datetime(2026, 4, 21, 2, 0, tzinfo=UTC)):
        edit_project(actor=people["周以宁"], project_uid=project.uid, seen_version=project.version, time_zone="Europe/Berlin")
    coming = series["weekly"].meetings.get(series_day=date(2026, 4, 27))
    assert coming.starts_at == datetime(2026, 4, 27, 8, 0, tzinfo=UTC)
