"""At the same instant two write, mark the attendance, strike a row, make a task: nothing is lost, nothing is there twice."""

from datetime import date

import pytest

from common.refusals import Conflict
from meetings.models import Meeting
from meetings.services import (
    action_to_task,
    actions_to_tasks,
    add_action,
    add_resolution,
    mark_attendee,
    remove_resolution,
    restore_resolution,
    set_attendance,
    write_item,
)
from people.models import User
from projects.models import Project
from tests.documents.racing import together
from tracking.models import Task

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
People = dict[str, User]


def test_of_two_who_write_on_one_topic_one_is_shown_both_texts(kickoff: Meeting, people: People) -> None:
    item = kickoff.agenda.all()[0]
    writers = {"周以宁": "周的话", "林书瑶": "林的话"}
    answers = together(
        *[
            lambda name=name, text=text: write_item(actor=people[name], item_uid=item.uid, seen_version=1, notes=text)
            for name, text in writers.items()
        ]
    )
    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    item.refresh_from_db()
    assert len(lost) == 1
    assert {item.notes, lost[0].mine["text"]} == set(writers.values())


def test_those_who_write_on_topics_of_their_own_all_stay(kickoff: Meeting, people: People) -> None:
    items = list(kickoff.agenda.all())
    names = ["周以宁", "林书瑶", "周以宁", "林书瑶"]
    answers = together(
        *[
            lambda name=name, item=item: write_item(actor=people[name], item_uid=item.uid, seen_version=1, notes=item.title)
            for name, item in zip(names, items, strict=True)
        ]
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert all(item.notes == item.title for item in kickoff.agenda.all())


def test_of_two_who_mark_the_attendance_one_looks_again(kickoff: Meeting, people: People) -> None:
    set_attendance(actor=people["周以宁"], meeting_uid=kickoff.uid, seen_version=0)
    pairs = [("周以宁", "沈嘉禾"), ("林书瑶", "许知夏")]
    answers = together(
        *[
            lambda name=name, who=who: mark_attendee(
                actor=people[name], meeting_uid=kickoff.uid, user_uid=people[who].uid, present=False, seen_version=1
            )
            for name, who in pairs
        ]
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert kickoff.attendees.filter(present=False).count() == 1


def test_a_row_struck_and_taken_back_by_several_is_there_once(kickoff: Meeting, people: People) -> None:
    row = add_resolution(actor=people["周以宁"], meeting_uid=kickoff.uid, text="统一包装")
    remove_resolution(actor=people["周以宁"], resolution_uid=row.uid, seen_version=1)
    said = {"actor": people["周以宁"], "meeting_uid": kickoff.uid, "resolution_uid": row.uid}
    together(*[lambda: restore_resolution(**said)] * 4)
    assert kickoff.minutes_versions.get().resolutions.count() == 1


def test_an_action_that_several_make_a_task_is_one(weekly: Meeting, people: People, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(state="execution")
    chair = people["周以宁"]
    action = add_action(actor=chair, meeting_uid=weekly.uid, text="补测两项", owner=people["沈嘉禾"], due_on=date(2026, 4, 24))
    answers = together(
        lambda: action_to_task(actor=chair, action_uid=action.uid),
        lambda: actions_to_tasks(actor=chair, meeting_uid=weekly.uid),
        lambda: action_to_task(actor=chair, action_uid=action.uid),
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Task.objects.filter(title="补测两项").count() == 1
