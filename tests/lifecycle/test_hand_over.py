"""Replacing a liaison hands over what was open and keeps the history (rule A2)."""

import pytest

from activity.models import Event, Notice
from people.models import Department, User
from projects.models import Project
from projects.services.parties import appoint_liaison
from tests import build
from tracking.models import Task

pytestmark = pytest.mark.django_db


def a_task(project: Project, assignee: User, **fields: object) -> Task:
    return Task.objects.create(
        project=project, title="样品测试", department=Department.objects.get(name="研发部"), assignee=assignee, **fields
    )


def test_open_tasks_pass_to_the_new_liaison(people: dict[str, User]) -> None:
    project = build.with_departments(people)
    mine, elsewhere = a_task(project, people["沈嘉禾"]), a_task(project, people["白露晞"])
    gone = a_task(project, people["沈嘉禾"], state="cancelled")
    party = project.parties.get(department__name="研发部")
    appoint_liaison(actor=people["顾承泽"], party_uid=party.uid, liaison=people["单𠮷安"])
    for row in (mine, elsewhere, gone):
        row.refresh_from_db()
    assert [row.assignee.name for row in (mine, elsewhere, gone)] == ["单𠮷安", "白露晞", "沈嘉禾"]
    assert [row.assignee.name for row in mine.history.order_by("history_id")] == ["沈嘉禾", "单𠮷安"]
    assert mine.version == 1
    assert Event.objects.get(verb="party.handed_over").facts["number"] == 1
    assert Notice.objects.filter(event__verb="party.handed_over", reader=people["单𠮷安"]).exists()


def test_the_first_liaison_takes_over_from_nobody(people: dict[str, User]) -> None:
    build.with_departments(people)
    assert not Event.objects.filter(verb="party.handed_over").exists()
