"""Whatever hangs on a clause shows which one, the parts of a promised task too, and one click opens the clause."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from people.models import User
from people.tokens import make_token
from projects.models import Project
from tests.tracking import changing
from tests.tracking.build import july, words
from tracking import letters
from tracking.models import Digest, Risk, Task
from tracking.services import assign_task, scan_evening, split_task
from tracking.services.digest import make_digest

pytestmark = pytest.mark.django_db
People = dict[str, User]
TAG = "Memorandum v1 · 3.1"


@pytest.fixture
def part(people: People, project: Project, promised: Task) -> Task:
    """华北, a part of what clause 3.1 promises; on 20 July it is a risk, and nobody has said a word for days."""
    with clock.at(july(10)):
        row, *_others = split_task(
            actor=people["许知夏"], task_uid=promised.uid, seen_version=promised.version,
            parts=[
                {
                    "title": name, "target": target, "unit": "家", "assignee": people[who], "starts_on": date(2026, 7, 12),
                    "due_on": date(2026, 7, 18),
                }
                for name, target, who in (("华北", 45, "郭砚秋"), ("华东", 55, "程子昂"))
            ],
        )  # fmt: skip
    with clock.at(july(20, 18)):
        scan_evening(project, date(2026, 7, 20))
    return row


def link(project: Project) -> str:
    return f"{reverse('memorandum', args=[project.uid])}#clause-3.1"


@pytest.mark.parametrize("name", ["project_tasks", "table", "board", "project_risks"])
def test_lists_show_it_on_the_whole_and_on_each_part(
    people: People, project: Project, part: Task, visit: Callable[..., Any], name: str
) -> None:
    text = words(visit(people["林书瑶"], reverse(name, args=[project.uid])))
    parts = Task.objects.filter(parent=part.parent).count()
    assert parts == 2
    wholes = int(name == "project_tasks")  # elsewhere a whole is no row; its risk is folded under a part's
    assert text.count(TAG) >= parts + wholes
    assert link(project) in text


@pytest.mark.parametrize("name", ["task", "task_plan", "move_task"])
def test_pages_of_a_part_show_it(people: People, project: Project, part: Task, visit: Callable[..., Any], name: str) -> None:
    text = words(visit(people["许知夏"], reverse(name, args=[part.uid]) + ("?to=in_progress" if name == "move_task" else "")))
    assert TAG in text
    assert link(project) in text


def test_the_page_of_a_risk_shows_it(people: People, project: Project, part: Task, visit: Callable[..., Any]) -> None:
    text = words(visit(people["许知夏"], Risk.objects.get(task=part).get_absolute_url()))
    assert TAG in text


@pytest.mark.parametrize(("who", "url"), [("郭砚秋", "desk"), ("许知夏", "desk"), ("郭砚秋", "weekly_card")])
def test_the_desk_and_the_weekly_card_show_it(
    people: People, project: Project, part: Task, visit: Callable[..., Any], who: str, url: str
) -> None:
    text = words(visit(people[who], reverse(url)))
    assert TAG in text
    assert link(project) in text


def test_a_row_of_what_others_owe_shows_it(people: People, part: Task, visit: Callable[..., Any]) -> None:
    assert TAG in words(visit(people["蒋明远"], reverse("desk")))  # heads 销售部: cause and measure of 华北 are owed to him


def test_the_digest_says_it_in_each_line(people: People, project: Project, part: Task) -> None:
    part.refresh_from_db()
    with clock.at(july(20, 17)):
        assign_task(actor=people["许知夏"], task_uid=part.uid, assignee=people["黎思齐"], seen_version=part.version)
    with clock.at(july(20, 18, 5)):
        make_digest(project, date(2026, 7, 20))
    digest = Digest.objects.get()
    day = digest.facts["day"]
    for kind in ("lines", "risks", "late", "silent"):
        assert day[kind], kind
        assert all(line["promise"] == {"version": 1, "number": "3.1"} for line in day[kind]), kind
    event = type("Event", (), {"object_id": digest.pk})
    for line in letters.digest(event, people["许知夏"]).lines:
        if "华北" in line or "华东" in line:
            assert "备忘录 v1 · 3.1" in line


def test_programs_are_told_it_of_the_whole_of_its_parts_and_of_their_risks(
    people: People, project: Project, part: Task, client: Client
) -> None:
    token = make_token(actor=None, user_uid=people["林书瑶"].uid)[1]

    def get(path: str) -> Any:
        return client.get(f"/api/v1/{path}", headers={"Authorization": f"Token {token}"}).json()

    said = {
        "clause": str(part.promise.uid), "number": "3.1", "memorandum": "MOU-1", "edition": 1, "url": link(project),
    }  # fmt: skip
    rows = get(f"projects/{project.uid}/tasks/?all=1")["results"]
    assert [row["promise"] for row in rows] == [said] * 3
    assert get(f"tasks/{part.uid}/")["promise"] == said
    assert get(f"tasks/{part.parent.uid}/")["promise"] == said
    risks = get(f"projects/{project.uid}/risks/")["results"]
    assert risks
    assert all(row["promise"] == said for row in risks)


def test_the_list_of_changes_shows_which_clauses_they_are_about(people: People, client: Client) -> None:
    project = changing.in_force(people)
    clause = changing.clause_of(project, "销售部")
    with changing.at(days=1):
        changing.request(people, project, "许知夏", clause)
        client.force_login(people["许知夏"])
        text = words(client.get(reverse("project_changes", args=[project.uid])))
    assert f"备忘录 v1 · {clause.number}" in text
