"""Registering an issue starts the 24 hours of its solution; reminders, the breach, and what a held-up project owes (rule D7)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from activity.models import Clock, Delivery, Event
from common import clock
from common.refusals import Refused
from lifecycle.services import resume_project, suspend_project
from people.models import User
from projects.models import Project
from projects.services.project import note_assignee
from tests.tracking.build import task, words
from tests.tracking.issues import DAY, DUE, RAISED, departments, raw_material, tick, told
from tracking.models import Issue
from tracking.queries.issues import to_solve
from tracking.services import register_issue

pytestmark = pytest.mark.django_db
People = dict[str, User]
HOUR = timedelta(hours=1)


def test_from_its_registration_on_the_solution_is_due_within_24_elapsed_hours(people: People, project: Project) -> None:
    friday = RAISED + DAY
    assert friday.weekday() == 4
    with clock.at(friday):
        issue = register_issue(
            actor=people["田牧野"], project_uid=project.uid, title="周五下午的断料", parties=departments("生产部", "财务部")
        )
    row = Clock.objects.get()
    assert (row.subject, row.kind, row.due_at) == (issue, "solution", friday + DAY)  # days off count
    assert set(row.steps.values_list("kind", "at")) == {
        ("remind_8h", row.due_at - 8 * HOUR),
        ("remind_2h", row.due_at - 2 * HOUR),
        ("breach", row.due_at),
    }


def test_heads_and_liaisons_of_the_parties_and_of_the_lead_are_told_at_once(
    people: People, project: Project, settings: Any
) -> None:
    settings.MAIL_CONFIGURED = True
    raw_material(people, project)
    assert told("issue.registered") == {"贺立川", "宋清越", "孟初晴", "林书瑶", "周以宁"}  # not who raised it
    assert Delivery.objects.filter(channel="mail").count() == 5


def test_whoever_takes_part_raises_one_and_a_reader_does_not(people: People, project: Project) -> None:
    note_assignee(project, people["郭砚秋"])
    said = {"project_uid": project.uid, "title": "大会议室被占用", "parties": departments("销售部")}
    for name in ("林书瑶", "周以宁", "蒋明远", "许知夏", "郭砚秋", "陆景行"):
        assert register_issue(actor=people[name], **said).raised_by == people[name]
    for name in ("米小禾", "钟鉴明"):
        with pytest.raises(PermissionDenied):
            register_issue(actor=people[name], **said)
    with pytest.raises(Http404):
        register_issue(actor=people["单𠮷安"], **said)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"title": " "}, "title"), ({"parties": ()}, "parties"), ({"parties": ["售后部"]}, "parties")],
)
def test_it_has_a_line_and_departments_that_take_part(people: People, project: Project, said: Any, field: str) -> None:
    if said.get("parties"):
        said = {"parties": departments(*said["parties"])}
    with pytest.raises(Refused) as refused:
        raw_material(people, project, **said)
    assert refused.value.field == field
    assert not Issue.objects.exists()


def test_raised_from_a_task_it_names_it_and_a_task_of_elsewhere_is_not_there(people: People, project: Project) -> None:
    row = task(people, project)
    assert raw_material(people, project, task_uid=row.uid).task == row
    row.project_id = Project.objects.create(
        code="X", name="别处", initiating_dept=project.initiating_dept, lead_dept=project.lead_dept, created_by=people["周以宁"],
        started_at=clock.now(),
    ).pk  # fmt: skip
    row.save(update_fields=["project"])
    with pytest.raises(Http404):
        raw_material(people, project, task_uid=row.uid)


def test_eight_and_two_hours_before_the_lead_and_the_liaisons_of_the_parties_are_reminded(
    people: People, project: Project
) -> None:
    raw_material(people, project)
    assert tick(DUE - 8 * HOUR - timedelta(minutes=1)) == 0
    assert tick(DUE - 8 * HOUR) == 1
    assert told("issue.reminded") == {"林书瑶", "周以宁", "田牧野", "孟初晴"}
    assert tick(DUE - 2 * HOUR) == 1
    assert list(Event.objects.filter(verb="issue.reminded").order_by("id").values_list("facts__hours", flat=True)) == [8, 2]


def test_the_breach_is_recorded_once_and_goes_to_senior_management_the_lead_and_the_heads_of_the_parties(
    people: People, project: Project
) -> None:
    raw_material(people, project)
    for _scheduler in range(3):
        tick(DUE + timedelta(minutes=3))
    assert Clock.objects.get().breached_at == DUE + timedelta(minutes=3)
    assert Event.objects.filter(verb="issue.breached").count() == 1
    assert told("issue.breached") == {"陆景行", "林书瑶", "周以宁", "贺立川", "宋清越"}
    assert not Event.objects.filter(verb="issue.reminded").exists()  # nobody is reminded of time that is over


def test_of_a_confidential_project_senior_management_hears_nothing(people: People, project: Project) -> None:
    project.confidential = True
    project.save(update_fields=["confidential"])
    raw_material(people, project)
    tick(DUE)
    assert "陆景行" not in told("issue.breached")


def test_it_waits_on_the_desk_of_the_lead_and_after_the_breach_of_senior_management(people: People, project: Project) -> None:
    raw_material(people, project)
    waits = {name: to_solve(people[name]).total for name in ("林书瑶", "周以宁", "田牧野", "陆景行")}
    assert waits == {"林书瑶": 1, "周以宁": 1, "田牧野": 0, "陆景行": 0}
    (row,) = to_solve(people["周以宁"]).rows
    assert (row.title, row.clock.due_at) == ("供应链断裂导致原材料延期", DUE)
    tick(DUE)
    assert to_solve(people["陆景行"]).total == 1


def test_while_the_project_is_held_up_no_time_runs_and_resumed_there_are_24_hours_again(people: People, project: Project) -> None:
    raw_material(people, project)
    with clock.at(RAISED + HOUR):
        suspend_project(actor=people["林书瑶"], project_uid=project.uid, reason="预算冻结")
    assert tick(DUE + 2 * DAY) == 0
    with clock.at(DUE + 3 * DAY):
        resume_project(actor=people["林书瑶"], project_uid=project.uid, reason="预算恢复")
    row = Clock.objects.get(kind="solution")
    assert (row.stopped_at, row.due_at, row.breached_at) == (None, DUE + 4 * DAY, None)
    tick(DUE + 4 * DAY)
    assert Event.objects.filter(verb="issue.breached").count() == 1


def test_it_is_raised_from_a_task_in_one_form(people: People, project: Project, visit: Callable[..., Any]) -> None:
    row = task(people, project)
    address = f"/projects/{project.uid}/issues/new/"
    page = words(visit(people["许知夏"], f"{address}?task={row.uid}"))
    sales = row.department.uid
    assert re.search(rf'value="{sales}"[^>]* checked', page)
    refused = visit(people["许知夏"], address, {"title": "", "text": "两边排期冲突", "kind": "special_issue", "task": row.uid})
    assert refused.status_code == 422
    assert "两边排期冲突" in words(refused)
    said = {"title": "排期冲突", "text": "两边排期冲突", "parties": [sales], "kind": "requirement_conflict", "task": row.uid}
    answer = visit(people["许知夏"], address, said)
    issue = Issue.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/issues/{issue.uid}/")
    assert (issue.task, issue.kind) == (row, "requirement_conflict")
    assert "排期冲突" in words(visit(people["许知夏"], f"/tasks/{row.uid}/"))


def test_its_page_and_the_lists_show_it_with_its_clock(people: People, project: Project, visit: Callable[..., Any]) -> None:
    with clock.at(DUE):
        issue = raw_material(people, project, text="空运还是换料？")
    for address in (f"/issues/{issue.uid}/", f"/projects/{project.uid}/issues/", f"/projects/{project.uid}/issues/open/"):
        page = words(visit(people["孟初晴"], address))
        assert "供应链断裂导致原材料延期" in page
        assert "data-clock-due" in page
    assert "空运还是换料？" in words(visit(people["孟初晴"], f"/issues/{issue.uid}/"))
