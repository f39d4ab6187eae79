"""Tree, board, register and task page: what they show, what they let one do, and what they cost."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from common import clock
from projects.models import Project
from tests.tracking.build import People, july, quantified, rollout, task, words
from tracking.models import Risk, Task
from tracking.services import scan_evening

pytestmark = pytest.mark.django_db
NOW = july(20, 19)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def test_the_board_shows_figures_and_which_evening_they_are_of(people: People, rows: Any, visit: Any, project: Project) -> None:
    page = words(visit(people["许知夏"], reverse("board", args=[project.uid])))
    for shown in ("40.00%", "26.67%", "13.33", "华北区铺货", "郭砚秋", "铺货100家门店 ›"):
        assert shown in page
    assert "as of " in page
    assert "18:00" in page


def test_board_filters_stand_in_the_address(people: People, rows: Any, visit: Any, project: Project) -> None:
    board = reverse("board", args=[project.uid])
    for query, there, gone in (
        ("?q=华北", "华北区铺货", "华东区铺货"),
        (f"?assignee={people['程子昂'].uid}", "华东区铺货", "华北区铺货"),
        ("?only=risk", "华北区铺货", "华东区铺货"),
        (f"?department={project.lead_dept.uid}", "Everybody", "华东区铺货"),
        ("?assignee=nonsense&department=1", "华东区铺货", "Show all"),
    ):
        page = words(visit(people["许知夏"], board + query))
        assert there in page
        assert gone not in page


def test_the_register_shows_the_figures_and_asks_for_a_measure_in_place(
    people: People, rows: Any, visit: Any, project: Project
) -> None:
    page = words(visit(people["许知夏"], reverse("project_risks", args=[project.uid])))
    for shown in ("40.00%", "26.67%", "13.33", "华北区铺货", 'name="measure"'):
        assert shown in page
    risk = Risk.objects.get(state="open")
    url = reverse("answer_risk", args=[risk.uid])
    said = {
        "seen_version": risk.version, "cause": "resource_shortage", "measure": "抽调华东2名业务代表支援10天",
        "owner": people["程子昂"].uid, "due_on": "2026-07-30",
    }  # fmt: skip
    wrong = visit(people["许知夏"], url, said | {"due_on": "6月31日"}, htmx=True)
    assert wrong.status_code == 422
    assert "抽调华东2名业务代表支援10天" in words(wrong)
    assert "6月31日" in words(wrong)
    assert visit(people["许知夏"], url, said, htmx=True).status_code == 200
    risk.refresh_from_db()
    assert (risk.measure, risk.owner) == ("抽调华东2名业务代表支援10天", people["程子昂"])
    stale = visit(people["郭砚秋"], url, said | {"measure": "加班"})
    assert stale.status_code == 412
    assert "抽调华东2名业务代表支援10天" in words(stale)
    assert "加班" in words(stale)


def test_a_flagged_whole_is_folded_under_the_part_that_explains_it(people: People, visit: Any, project: Project) -> None:
    rollout(people, project)
    with clock.at(july(25, 18)):
        scan_evening(project, date(2026, 7, 25))
    page = words(visit(people["沈嘉禾"], reverse("project_risks", args=[project.uid])))
    assert Risk.objects.filter(state="open").count() == 4
    assert page.count('class="risk-line') == 3
    assert page.count('class="risk-folded') == 1
    assert 'name="measure"' not in page  # another department's liaison reads


def test_report_in_place_with_both_values_shown(people: People, rows: Any, visit: Any) -> None:
    row = rows["T8c"]
    url = reverse("report_progress", args=[row.uid])
    row.refresh_from_db()
    said = {"seen_version": row.version, "done": "16家", "place": "line"}
    done = visit(people["郭砚秋"], url, said, htmx=True)
    assert done.status_code == 200
    assert "16" in words(done)
    assert visit(people["郭砚秋"], url, said, htmx=True).status_code == 200  # a double click says it once
    assert row.reports.count() == 2
    stale = visit(people["许知夏"], url, said | {"done": "15"}, htmx=True)
    assert stale.status_code == 412
    for shown in ("郭砚秋", "16", "Save mine: 15"):
        assert shown in words(stale)
    row.refresh_from_db()
    above = visit(people["许知夏"], url, {"seen_version": row.version, "done": "46", "place": "line"}, htmx=True)
    assert (above.status_code, 'name="confirm"' in words(above)) == (422, True)
    below = visit(people["许知夏"], url, {"seen_version": row.version, "done": "9", "place": "line"})
    assert (below.status_code, 'name="reason"' in words(below)) == (422, True)
    bad = visit(people["许知夏"], url, {"seen_version": row.version, "done": "很多", "note": "记一笔"}, htmx=True)
    assert bad.status_code == 422
    assert "记一笔" in words(bad)


def test_moving_a_card_moves_it_and_backwards_asks_why(people: People, rows: Any, visit: Any, project: Project) -> None:
    row = task(people, project, title="布展")
    url = reverse("move_task", args=[row.uid])
    moved = visit(people["许知夏"], url, {"to": "in_progress", "seen_version": row.version, "place": "card"}, htmx=True)
    assert moved.headers["HX-Retarget"] == f"#card-{row.uid}"
    assert 'data-column="in_progress"' in words(moved)
    row.refresh_from_db()
    assert row.state == "in_progress"
    back = {"to": "not_started", "seen_version": row.version, "place": "card"}
    asked = visit(people["许知夏"], url, back, htmx=True)
    assert (asked.status_code, 'name="reason"' in words(asked)) == (422, True)
    assert visit(people["许知夏"], url, back | {"reason": "改期"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "not_started"


@pytest.mark.parametrize("name", ["project_tasks", "board", "project_risks"])
def test_a_page_costs_the_same_with_10_and_200_tasks(people: People, visit: Any, project: Project, name: str) -> None:
    whole = quantified(people, project, 1000)
    url = reverse(name, args=[project.uid])

    def grow(number: int) -> None:
        Task.objects.bulk_create(
            Task(
                project=project, department=whole.department, title=f"{n}", parent=whole, root=whole, level=1, created_at=july(1),
                assignee=people["郭砚秋"], starts_on=date(2026, 7, 12), due_on=date(2026, 8, 1), target=1, unit="家",
            )
            for n in range(number)
        )  # fmt: skip

    def cost() -> int:
        with clock.at(NOW):
            scan_evening(project, NOW.date())
        visit(people["许知夏"], url)
        with CaptureQueriesContext(connection) as queries:
            assert visit(people["许知夏"], url).status_code == 200
        return len(queries)

    grow(10)
    few = cost()
    project.scans.all().delete()
    grow(190)
    assert cost() <= few + 1  # a pager may count
    assert few <= 40


def test_the_desk_lists_what_waits_and_costs_the_same(people: People, rows: Any, visit: Any) -> None:
    page = words(visit(people["郭砚秋"], reverse("desk")))
    assert "华北区铺货" in page
    assert "Cause and measure" in page


def test_outsiders_see_nothing(people: People, rows: Any, visit: Any, project: Project) -> None:
    risk = Risk.objects.first()
    assert risk is not None
    for name in ("霍思远",):
        for url in (
            *(reverse(page, args=[project.uid]) for page in ("project_tasks", "board", "project_risks", "add_task")),
            *(
                reverse(page, args=[rows["T8c"].uid])
                for page in ("task", "edit_task", "split_task", "report_progress", "move_task")
            ),
            *(reverse(page, args=[risk.uid]) for page in ("risk", "answer_risk", "close_risk")),
        ):
            assert visit(people[name], url).status_code == 404
        for page in ("confirm_task", "assign_task"):
            assert visit(people[name], reverse(page, args=[rows["T8c"].uid]), {}).status_code == 404
        assert "华北区铺货" not in words(visit(people[name], reverse("risks")))
    assert "华北区铺货" in words(visit(people["陆景行"], reverse("risks")))


def test_readers_read_and_are_forbidden_to_write(people: People, rows: Any, visit: Any, project: Project) -> None:
    reader = people["陆景行"]
    assert visit(reader, reverse("task", args=[rows["T8c"].uid])).status_code == 200
    assert visit(reader, reverse("report_progress", args=[rows["T8c"].uid]), {"done": 1}).status_code == 403
    assert visit(reader, reverse("edit_task", args=[rows["T8c"].uid])).status_code == 403
    page = words(visit(reader, reverse("task", args=[rows["T8c"].uid])))
    assert 'name="done"' not in page
