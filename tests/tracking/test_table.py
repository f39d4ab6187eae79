"""The table: the same list as the board's, sorted, grouped and paged, with what it costs and what it lets one do."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from common import clock
from people.models import User
from projects.models import Participant, Project
from tests.tracking.build import People, july, quantified, task, words
from tests.tracking.conftest import project_in_execution
from tracking.cells import Cells
from tracking.models import Habit, Task

pytestmark = pytest.mark.django_db
NOW = july(20, 19)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def titles(answer: Any) -> list[str]:
    """The names of the rows from top to bottom."""
    return [row.title for row in answer.context["page"].rows]


def url(project: Project, query: str = "") -> str:
    return reverse("table", args=[project.uid]) + (f"?{query}" if query else "")


def _many(people: People, project: Project, many: int) -> None:
    """So many parts of a new whole."""
    whole = quantified(people, project, 1000, title="大批")
    said = {"project": project, "parent": whole, "root": whole, "level": 1, "department": whole.department}
    with clock.at(july(1, 11)):
        Task.objects.bulk_create(Task(**said, title=f"第{n}件", assignee=people["程子昂"]) for n in range(many))


def test_a_row_says_what_it_is_part_of_and_how_far_it_is(people: People, rows: Any, visit: Any, project: Project) -> None:
    page = words(visit(people["许知夏"], url(project)))
    for shown in ("铺货100家门店 ›", "华北区铺货", "郭砚秋", "planned 40.00%", "actual 26.67%", "deviation 13.33", "In progress"):
        assert shown in page
    assert ">铺货100家门店</a>" not in page  # it is not reported on: its parts are


def test_the_table_sorts_by_any_column_and_stays_in_the_one_order_among_equals(
    people: People, rows: Any, visit: Any, project: Project
) -> None:
    who = people["许知夏"]
    assert titles(visit(who, url(project))) == ["华东区铺货", "华南区铺货", "华北区铺货"]
    assert titles(visit(who, url(project, "sort=quantity"))) == ["华南区铺货", "华东区铺货", "华北区铺货"]
    assert titles(visit(who, url(project, "sort=-quantity"))) == ["华北区铺货", "华东区铺货", "华南区铺货"]
    assert titles(visit(who, url(project, "sort=-progress")))[0] == "华北区铺货"
    for equal in ("sort=due", "sort=-due", "sort=department", "sort=-weight"):
        assert titles(visit(who, url(project, equal))) == ["华东区铺货", "华南区铺货", "华北区铺货"]


def test_empty_values_stand_last_either_way(people: People, rows: Any, visit: Any, project: Project) -> None:
    task(people, project, "无截止日", due_on=None, starts_on=None)
    for sort in ("sort=due", "sort=-due"):
        assert titles(visit(people["许知夏"], url(project, sort)))[-1] == "无截止日"


def test_a_group_has_its_head_and_its_true_count(people: People, rows: Any, visit: Any, project: Project) -> None:
    answer = visit(people["许知夏"], url(project, "group=assignee"))
    assert answer.context["page"].groups == {people[name].pk: 1 for name in ("程子昂", "黎思齐", "郭砚秋")}
    assert words(answer).count('class="group-line"') == 3


def test_pages_do_not_overlap_and_one_beyond_the_end_is_the_last(people: People, visit: Any, project: Project) -> None:
    _many(people, project, 230)
    who = people["许知夏"]
    seen = [title for page in (1, 2, 3) for title in titles(visit(who, url(project, f"sort=due&page={page}")))]
    assert len(seen) == len(set(seen)) == 230
    beyond = visit(who, url(project, "page=9"))
    assert len(titles(beyond)) == 30
    assert "page 3 of 3" in words(beyond)


def test_a_page_costs_the_same_whatever_its_rows(people: People, client: Client, project: Project) -> None:
    who, costs = people["许知夏"], []
    client.force_login(who)
    for many in (130, 300):
        _many(people, project, many)
        for query in ("all=1", "silent=1&q=件&status=not_started&group=status"):
            client.get(url(project, query))
            with clock.at(NOW), CaptureQueriesContext(connection) as run:
                assert client.get(url(project, query)).status_code == 200
            costs.append(len(run))
    assert costs[:2] == costs[2:], costs
    assert max(costs) <= 15, costs
    with clock.at(NOW), CaptureQueriesContext(connection) as run:
        client.get(url(project, "all=1"), headers={"HX-Request": "true"})
    assert len(run) <= 11  # the list alone


@pytest.mark.parametrize(
    "query",
    ["sort=colour", "columns=colour", "group=colour", "page=-3", "page=²", "status=gone", "due_from=2026-13-45", "assignee=x",
     "department=00000000-0000-4000-8000-000000000000", "late=maybe", "nonsense=1", "due_from=2026-08-01&due_to=2026-07-01"],
)  # fmt: skip
def test_what_is_not_understood_asks_for_nothing_and_is_named(
    query: str, people: People, rows: Any, visit: Any, project: Project
) -> None:
    answer = visit(people["许知夏"], url(project, query))
    assert answer.status_code == 200
    assert len(titles(answer)) == 3
    assert "Not understood in the address and left out" in words(answer)


def test_columns_are_chosen_kept_in_the_address_and_remembered(people: People, rows: Any, visit: Any, project: Project) -> None:
    who = people["许知夏"]
    said = {"columns": ["weight", "node"], "query": "late=1&page=3"}
    answer = visit(who, reverse("table_columns", args=[project.uid]), said)
    assert answer.headers["Location"] == url(project, "late=1&columns=title,node,weight")
    assert Habit.objects.get(user=who).columns == "title,node,weight"
    heads = [head["column"].key for head in visit(who, url(project)).context["heads"]]
    assert heads == ["title", "node", "weight"]
    others = [head["column"].key for head in visit(people["周以宁"], url(project)).context["heads"]]
    assert "department" in others


def test_a_cell_is_changed_where_it_stands(people: People, rows: Any, visit: Any, project: Project) -> None:
    who, row = people["许知夏"], rows["T8a"]
    cell = reverse("cell_of_task", args=[row.uid, "due"])
    form = words(visit(who, cell, htmx=True))
    assert 'name="due_on"' in form
    said = {"due_on": "2026-07-30", "seen_version": row.version}
    answer = visit(who, cell, said, htmx=True)
    assert answer.headers["HX-Retarget"] == f"#row-{row.uid}"
    assert "30 Jul" in words(answer)
    row.refresh_from_db()
    assert row.due_on == date(2026, 7, 30)


def test_a_cell_that_somebody_else_saved_shows_both_values(people: People, rows: Any, visit: Any, project: Project) -> None:
    who, row = people["许知夏"], rows["T8a"]
    cell = reverse("cell_of_task", args=[row.uid, "weight"])
    visit(people["周以宁"], cell, {"weight": "3", "seen_version": row.version}, htmx=True)
    answer = visit(who, cell, {"weight": "5", "seen_version": row.version}, htmx=True)
    assert answer.status_code == 412
    assert 'value="5"' in words(answer)
    assert "<strong>3</strong>" in words(answer)


def test_the_assignee_and_the_status_are_changed_in_the_row(people: People, rows: Any, visit: Any, project: Project) -> None:
    who, row = people["许知夏"], rows["T8a"]
    said = {"assignee": str(people["黎思齐"].uid), "seen_version": row.version}
    answer = visit(who, reverse("cell_of_task", args=[row.uid, "assignee"]), said, htmx=True)
    assert "黎思齐" in words(answer)
    row.refresh_from_db()
    moved = {"to": "done", "seen_version": row.version, "place": "row"}
    answer = visit(who, reverse("move_task", args=[row.uid]), moved, htmx=True)
    assert answer.headers.get("HX-Retarget") == f"#row-{row.uid}", words(answer)
    assert "is-done" in words(answer)


def test_a_status_moved_back_asks_why_in_the_row_and_ends_in_the_row(
    people: People, rows: Any, visit: Any, project: Project
) -> None:
    who, row = people["许知夏"], rows["T8a"]
    row.refresh_from_db()
    back = {"to": "not_started", "seen_version": row.version, "place": "row"}
    asked = visit(who, reverse("move_task", args=[row.uid]), back, htmx=True)
    assert asked.status_code == 422
    assert 'name="place" value="row"' in words(asked)
    moved = visit(who, reverse("move_task", args=[row.uid]), back | {"reason": "报错了"}, htmx=True)
    assert moved.headers.get("HX-Retarget") == f"#row-{row.uid}", words(moved)
    row.refresh_from_db()
    reported = {"done": "5", "seen_version": row.version, "place": "row"}
    said = visit(who, reverse("report_progress", args=[row.uid]), reported, htmx=True)
    assert said.headers.get("HX-Retarget") == f"#row-{row.uid}", words(said)


def test_who_may_only_read_finds_nothing_to_change(people: People, rows: Any, visit: Any, project: Project) -> None:
    viewer = people["苏文清"] if "苏文清" in people else next(user for user in people.values() if user.is_auditor)
    Participant.objects.get_or_create(project=project, user=viewer, kind=Participant.Kind.VIEWER)
    page = words(visit(viewer, url(project)))
    assert "华北区铺货" in page
    assert "cell-change" not in page
    assert "row-report" not in page
    assert visit(viewer, reverse("cell_of_task", args=[rows["T8a"].uid, "due"])).status_code == 403


def test_nothing_of_a_confidential_project_leaks(people: People, rows: Any, visit: Any, project: Project) -> None:
    hidden = project_in_execution(people, code="HID", name="鲸落行动", confidential=True)
    secret = task(people, hidden, "鲸落样机", assignee=people["程子昂"])
    outsider = people["江明远"] if "江明远" in people else people["林书瑶"]
    User.objects.filter(pk=outsider.pk).update(department=None)
    if Project.objects.visible_to(outsider).filter(pk=hidden.pk).exists():
        outsider = next(user for user in people.values() if not Project.objects.visible_to(user).filter(pk=hidden.pk).exists())
    for name, args in (("table", [hidden.uid]), ("saved_views", [hidden.uid]), ("row_of_task", [secret.uid]),
                       ("cell_of_task", [secret.uid, "due"])):  # fmt: skip
        answer = visit(outsider, reverse(name, args=args))
        assert answer.status_code == 404, name
        assert "鲸落" not in words(answer)
    page = words(visit(people["许知夏"], url(project, "q=鲸落")))
    assert "鲸落样机" not in page


@pytest.mark.parametrize(("planned", "actual"), [(4000, 2667), (4000, 3900), (0, 0), (12000, 500), (3000, 4000), (None, 500)])
def test_bars_drawn_from_values_are_those_of_the_templates(planned: int | None, actual: int | None) -> None:
    said = "{% load signs %}{% deviation_bar planned actual 1000 compact=True %}"
    drawn = Template(said).render(Context({"planned": planned, "actual": actual}))
    assert "".join(Cells(1000, date(2026, 7, 20)).bar(planned, actual).split()) == "".join(drawn.split())


@pytest.mark.parametrize("state", Task.State.values)
def test_states_drawn_from_values_are_those_of_the_templates(state: str) -> None:
    row = Task(state=state, project=Project(time_zone="Asia/Shanghai"))
    drawn = render_to_string("tracking/_state.html", {"task": row})
    assert "".join(Cells(1000, date(2026, 7, 20)).state(state).split()) == "".join(drawn.split())
