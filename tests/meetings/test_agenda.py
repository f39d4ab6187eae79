"""The agenda that writes itself (rule D2)."""

from datetime import date, timedelta
from typing import Any

import pytest

from common import clock
from meetings.agenda import agenda_of, left_over, parts_of, since_last
from meetings.beat import plan_meetings
from meetings.models import Meeting
from meetings.services import lay_agenda, mark_not_held
from people.models import User
from projects.models import Project
from tests.tracking import changing
from tests.tracking.build import moment
from tracking.models import Task

People = dict[str, User]


@pytest.fixture
def launch(people: People) -> Project:
    """The launch with its memorandum in force since 14 April, a Tuesday; its meetings exist."""
    return changing.in_force(people)


def weekly_on(project: Project, day: date) -> Meeting:
    """The weekly meeting of a day; a new object, as each request has its own."""
    return Meeting.objects.select_related("project").get(project=project, kind="weekly", series_day=day)


def monday(day: date = date(2026, 4, 20), hour: int = 10, minute: int = 0) -> Any:
    return clock.at(moment(day, hour, minute))


FIRST = date(2026, 4, 20)


def test_before_the_meeting_nothing_is_stored_and_each_department_has_its_part(launch: Project) -> None:
    meeting = weekly_on(launch, FIRST)
    assert not meeting.agenda.exists()
    with monday(hour=9):
        items, parts = agenda_of(meeting), parts_of(meeting)
    assert [item.source for item in items[:5]] == ["part"] * 5
    assert [part.department.name for part in parts] == [party.department.name for party in launch.parties.all()]


def test_when_it_begins_it_is_written_down_once(launch: Project) -> None:
    with monday():
        plan_meetings()
        plan_meetings()
    meeting = weekly_on(launch, FIRST)
    assert meeting.agenda_at == moment(FIRST, 10)
    with monday(hour=11):
        lay_agenda(meeting)
        lay_agenda(weekly_on(launch, FIRST))
    assert meeting.agenda.filter(source="part").count() == 5
    assert weekly_on(launch, FIRST).agenda_at == moment(FIRST, 10)


def test_the_first_line_counts_what_was_kept_broken_and_moved_since_the_last_meeting(launch: Project, people: People) -> None:
    task = changing.task_of(launch, "研发部")
    Task.objects.filter(pk=task.pk).update(due_on=date(2026, 4, 21), starts_on=None)
    with monday():
        plan_meetings()
    second = date(2026, 4, 27)
    with monday(second, 9):
        said = since_last(weekly_on(launch, second))
    assert [row.title for row in said.broken] == [task.title]
    assert (said.kept, said.moved) == ([], [])
    assert said.since == moment(FIRST, 10)
    with monday(second):
        (broken,) = [item for item in agenda_of(weekly_on(launch, second)) if item.source == "broken"]
    assert broken.subject == f"tracking.task:{task.uid}"


def test_a_meeting_that_was_not_held_is_no_last_meeting(launch: Project) -> None:
    first = weekly_on(launch, FIRST)
    with monday(hour=8):
        mark_not_held(actor=None, meeting_uid=first.uid, reason="出差")
    with monday(date(2026, 4, 27), 9):
        assert since_last(weekly_on(launch, date(2026, 4, 27))).since is None


def test_what_does_not_fit_is_left_over(launch: Project) -> None:
    Task.objects.filter(project=launch).update(due_on=date(2026, 4, 16), starts_on=None)
    meeting = weekly_on(launch, FIRST)
    with monday(hour=9):
        items, left = agenda_of(meeting), left_over(meeting)
    assert sum(item.slot for item in items) <= 30
    assert len(items) + len(left) == 5 + Task.objects.filter(project=launch).count()
    assert [item.source for item in items[5:]] == ["broken"] * (len(items) - 5)
    assert timedelta(minutes=30) == meeting.ends_at - meeting.starts_at
