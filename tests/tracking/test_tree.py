"""The task tree: lines, folding, adding, editing, dividing, placing; what it costs however many tasks there are."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from common import clock
from people.models import User
from projects.models import Project
from tests.tracking.build import People, july, quantified, rollout, task, words
from tracking.models import Task

pytestmark = pytest.mark.django_db
NOW = july(2, 10)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def visit(client: Client, people: People) -> Callable[..., Any]:
    """Open an address as a person (许知夏 unless said), in the morning of 2 July; without script when htmx is not said."""

    def go(url: str, data: dict[str, Any] | None = None, *, by: str = "许知夏", htmx: bool = False) -> Any:
        person = people[by]
        User.objects.filter(pk=person.pk).update(language="en")
        person.refresh_from_db()
        client.force_login(person)
        headers = {"HX-Request": "true"} if htmx else {}
        with clock.at(NOW):
            return client.get(url, headers=headers) if data is None else client.post(url, data, headers=headers)

    return go


def url(name: str, row: Task | Project) -> str:
    return reverse(name, args=[row.uid])


def test_lines_stand_below_their_whole_with_what_is_left(people: People, project: Project, visit: Any) -> None:
    rows = rollout(people, project)
    quantified(people, project, 10, title="西北", parent=rows["T8c"])
    page = words(visit(url("project_tasks", project)))
    assert page.index("铺货100家门店") < page.index("华东区铺货") < page.index("华北区铺货") < page.index("西北")
    assert 'role="treegrid"' in page
    assert 'aria-level="3" aria-posinset="1" aria-setsize="1"' in page
    assert "35家 left to distribute" in page
    assert "adds up" in page


def test_a_large_tree_shows_its_tops_and_unfolds_by_pieces(people: People, project: Project, visit: Any) -> None:
    whole = task(people, project, "Whole")
    small = words(visit(url("project_tasks", project)))
    assert "Whole" in small
    project_tasks = url("project_tasks", project)
    rows = [
        Task(project=project, parent=whole, root=whole, level=1, title=f"part {n:03}", department=whole.department)
        for n in range(250)
    ]
    Task.objects.bulk_create(rows)
    page = words(visit(project_tasks))
    assert "part 000" not in page
    assert 'aria-expanded="false"' in page
    first = words(visit(f"{project_tasks}?under={whole.uid}", htmx=True))
    assert "part 099" in first
    assert "part 100" not in first
    assert "150 more lines" in first
    second = words(visit(f"{project_tasks}?under={whole.uid}&after={rows[99].uid}", htmx=True))
    assert "part 100" in second
    assert "50 more lines" in second
    turned = visit(f"{project_tasks}?turn={whole.uid}&at={whole.uid}")
    assert "part 000" in words(turned)
    assert turned.cookies["folds"].value == f"+{whole.uid.hex[:8]}"
    assert "part 000" in words(visit(project_tasks))  # remembered
    found = words(visit(f"{project_tasks}?at={rows[200].uid}"))
    assert "part 200" in found
    for nonsense in ("?after=x", "?at=00000000-0000-4000-8000-000000000000", "?under=1&turn=z"):
        assert visit(project_tasks + nonsense).status_code == 200


def test_the_tree_asks_as_much_of_the_database_however_many_tasks(
    people: People, project: Project, visit: Any, client: Client
) -> None:
    whole = rollout(people, project)["T8"]
    counts = []
    for more in (0, 400):
        Task.objects.bulk_create(
            Task(project=project, parent=whole, root=whole, level=1, title=f"{more} {n}", department=whole.department)
            for n in range(more)
        )
        address = url("project_tasks", project) + (f"?turn={whole.uid}" if more else "")
        visit(address)
        with clock.at(NOW), CaptureQueriesContext(connection) as asked:
            page = client.get(address)
        assert page.status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 15, "\n".join(one["sql"][:60] + one["sql"][one["sql"].find("FROM") :][:70] for one in asked)


def test_a_typed_line_becomes_a_task_behind_the_one_above(people: People, project: Project, visit: Any) -> None:
    rows = rollout(people, project)
    add = url("add_task", project)
    said = {"said": "西南区铺货 10家 程子昂 7月20日前", "parent": rows["T8"].uid, "after": rows["T8a"].uid}
    seen = words(visit(add, said | {"check": "1"}, htmx=True))
    for shown in ("西南区铺货", "10家", "程子昂", "20 Jul", "more than 100家"):
        assert shown in seen
    made = words(visit(add, said, htmx=True))
    task_made = Task.objects.get(title="西南区铺货")
    assert (task_made.parent, task_made.target, task_made.assignee) == (rows["T8"], Decimal(10), people["程子昂"])
    assert task_made.due_on.isoformat() == "2026-07-20"
    assert list(rows["T8"].children.order_by("rank").values_list("title", flat=True))[:2] == ["华东区铺货", "西南区铺货"]
    assert f'id="task-{task_made.uid}"' in made
    assert f'id="task-{rows["T8"].uid}"' in made  # the whole comes along: what is left has changed
    wrong = visit(add, said | {"said": "西北 30台"}, htmx=True)
    assert (wrong.status_code, wrong.headers["HX-Retarget"]) == (422, "#new-said")
    assert "台" in words(wrong)
    assert visit(add, {"said": "年会 @程子昂"}).status_code == 302  # at the top, without script
    several = words(visit(add, said | {"said": "重庆 3, 成都 4"}, htmx=True))
    assert "Make 2 parts" in several
    assert not Task.objects.filter(title__startswith="重庆").exists()


def test_a_task_is_edited_in_its_line_with_days_and_names_as_people_say_them(
    people: People, project: Project, visit: Any
) -> None:
    row = rollout(people, project)["T8c"]
    edit = url("edit_task", row)
    form = words(visit(edit, htmx=True))
    for shown in ('value="45"', 'value="郭砚秋"', 'value="1 Aug"', 'value="上架照片与签收单"'):
        assert shown in form
    said = {
        "seen_version": row.version, "title": "华北区铺货", "department": row.department.uid, "target": "４０家", "unit": "家",
        "starts_on": "7月13日", "due_on": "下周五前", "weight": "3", "deliverable": "x", "standard": "y", "assignee": "程子昂",
    }  # fmt: skip
    stranger = visit(edit, said | {"assignee": "孙悟空", "due_on": "6月31日"}, htmx=True)
    assert stranger.status_code == 422
    for shown in ("孙悟空", "6月31日", 'value="４０家"'):
        assert shown in words(stranger)
    with translation.override("en"):
        done = visit(edit, said | {"due_on": "30 July"}, htmx=True)
    assert done.status_code == 200
    row.refresh_from_db()
    assert (row.target, row.assignee, row.weight) == (40, people["程子昂"], 3)
    assert (row.starts_on.isoformat(), row.due_on.isoformat()) == ("2026-07-13", "2026-07-30")
    stale = visit(edit, said | {"title": "北方"}, htmx=True, by="林书瑶")
    assert stale.status_code == 412
    for shown in ('value="北方"', "许知夏", "<strong>华北区铺货</strong>"):
        assert shown in words(stale)


def test_parts_are_read_while_one_types_and_made_once_all_are_good(people: People, project: Project, visit: Any) -> None:
    whole = quantified(people, project, 100)
    split = url("split_task", whole)
    assert "100家" in words(visit(split, htmx=True))
    said = {"seen_version": whole.version, "text": "华东 30, 华南 25, 华北 45"}
    seen = words(visit(split, said | {"check": "1"}, htmx=True))
    assert "The parts add up to 100家." in seen
    assert "Make 3 parts" in seen
    assert "5家 are left" in words(visit(split, said | {"check": "1", "text": "华东 30、华南 25；华北４０家"}, htmx=True))
    assert not whole.children.exists()
    made = words(visit(split, said, htmx=True))
    assert [(row.title, row.target) for row in whole.children.order_by("rank")] == [
        ("华东", Decimal(30)), ("华南", Decimal(25)), ("华北", Decimal(45)),
    ]  # fmt: skip
    assert made.index("华东") < made.index("华南") < made.index("华北")
    stale = visit(split, said | {"text": "东北 5"}, htmx=True)
    assert stale.status_code == 412
    assert "东北 5" in words(stale)
    assert "changed this task meanwhile" in words(stale)


def test_of_300_pasted_lines_the_7_wrong_ones_are_named_and_none_is_made(people: People, project: Project, visit: Any) -> None:
    whole = quantified(people, project, 30_000)
    lines = [f"门店{n:03}号\t{100}\t程子昂\t7月20日" for n in range(1, 301)]
    wrong = {
        12: "门店012号\t三十\t程子昂\t7月20日", 47: "门店047号\t10\t孙悟空\t7月20日", 99: "门店099号\t10\t程子昂\t7月32日",
        150: "\t10\t程子昂\t7月20日", 188: "门店188号\t-4\t程子昂\t7月20日", 250: "门店250号\t10台\t程子昂\t7月20日",
        300: "门店300号\t10\t程子昂\t9月1日",
    }  # fmt: skip
    for number, line in wrong.items():
        lines[number - 1] = line
    said = {"seen_version": whole.version, "text": "\r\n".join(lines)}
    answer = visit(url("split_task", whole), said, htmx=True)
    assert answer.status_code == 422
    page = words(answer)
    assert "7 of 300 cannot be read yet" in page
    for number in wrong:
        assert f"<strong>Line {number}</strong>" in page
    assert page.count("<li><strong>Line ") == 7
    assert "门店299号 100 程子昂" in page  # nothing typed is lost
    assert not whole.children.exists()
    assert "Not yet: mend 7 first" in page
    for number in wrong:
        lines[number - 1] = f"门店{number:03}号\t100\t程子昂\t7月20日"
    with CaptureQueriesContext(connection) as asked:
        done = visit(url("split_task", whole), said | {"text": "\n".join(lines)}, htmx=True)
    assert done.status_code == 200
    assert whole.children.count() == 300
    assert len(asked) <= 65, len(asked)  # with signing in and drawing; 1,241 when each part was saved for itself


def test_places_by_step_and_by_neighbour(people: People, project: Project, visit: Any) -> None:
    rows = rollout(people, project)

    def order(whole: Task | None) -> list[str]:
        return list(Task.objects.filter(project=project, parent=whole).order_by("rank").values_list("title", flat=True))

    def place(row: Task, htmx: bool = False, **said: Any) -> Any:
        row.refresh_from_db()
        return visit(url("place_task", row), {"seen_version": row.version} | said, htmx=htmx)

    assert place(rows["T8c"], step="up").status_code == 302
    assert order(rows["T8"]) == ["华东区铺货", "华北区铺货", "华南区铺货"]
    assert place(rows["T8a"], step="down").status_code == 302
    assert order(rows["T8"]) == ["华北区铺货", "华东区铺货", "华南区铺货"]
    moved = words(place(rows["T8b"], htmx=True, parent=rows["T8a"].uid))
    assert order(rows["T8a"]) == ["华南区铺货"]
    for key in ("T8", "T8a", "T8b"):
        assert f'id="task-{rows[key].uid}"' in moved
    assert moved.count('hx-swap-oob="true"') == 3
    assert place(rows["T8b"], step="out").status_code == 302
    assert order(rows["T8"]) == ["华北区铺货", "华东区铺货", "华南区铺货"]
    refused = place(rows["T8c"], htmx=True, step="up")
    assert refused.status_code == 409
    assert refused.headers["HX-Retarget"] == "#messages"
    stale = visit(url("place_task", rows["T8c"]), {"seen_version": 1, "step": "down"}, htmx=True)
    assert stale.status_code == 412
    own_part = place(rows["T8"], htmx=True, parent=rows["T8a"].uid)
    assert own_part.status_code == 409


def test_confirming_says_what_lacks_and_confirms_when_nothing_does(people: People, project: Project, visit: Any) -> None:
    rows = rollout(people, project)
    extra = quantified(people, project, 5, title="西北", parent=rows["T8"], assignee=None)
    page = words(visit(url("project_tasks", project)))
    assert 'data-lacks="5家 too many、1 part is not complete"' in page
    assert 'data-lacks="assignee"' in page
    said = {"place": "tree", "seen_version": Task.objects.get(pk=rows["T8"].pk).version}
    assert visit(url("confirm_task", rows["T8"]), said, htmx=True).status_code == 409
    Task.objects.filter(pk=extra.pk).delete()
    done = visit(url("confirm_task", rows["T8"]), said, htmx=True)
    assert done.status_code == 200
    assert words(done).count('data-confirmed="1"') >= 1


def test_progress_is_reported_under_the_line_and_the_lines_come_anew(people: People, project: Project, visit: Any) -> None:
    rows = rollout(people, project)
    part = rows["T8c"]
    there = url("report_progress", part)
    opened = words(visit(f"{there}?place=tree", htmx=True))
    assert f'<tr id="report-line-{part.uid}"' in opened
    assert 'name="place" value="tree"' in opened
    said = {"place": "tree", "seen_version": part.version, "done": "很多", "note": "已到货"}
    wrong = visit(there, said, htmx=True)
    assert wrong.status_code == 422
    assert "HX-Retarget" not in wrong
    assert "<tr" not in words(wrong)  # the form alone, in its place
    for typed in ("很多", "已到货"):
        assert typed in words(wrong)
    good = visit(there, said | {"done": "12"}, htmx=True)
    assert (good["HX-Retarget"], good["HX-Reswap"]) == (f"#report-line-{part.uid}", "delete")
    for row in (part, rows["T8"]):  # what is above it moves as well
        assert f'<tr id="task-{row.uid}"' in words(good)
    part.refresh_from_db()
    assert part.done == 12
