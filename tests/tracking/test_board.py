"""The progress board: columns, swimlanes, cards that load on, moves and their refusals; at any size the same cost."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.models import Comment
from common import clock
from people.models import Department, User
from projects.models import Node, Project
from tests.big import Big, big_project
from tests.tracking.build import People, july, quantified, rollout, say, task, words
from tracking.models import Report, Task

pytestmark = pytest.mark.django_db
NOW = july(20, 9)
Visit = Callable[..., Any]


@pytest.fixture
def visit(client: Client) -> Visit:
    def go(person: User, url: str, data: dict[str, Any] | None = None, *, htmx: bool = True, **headers: str) -> Any:
        User.objects.filter(pk=person.pk).update(language="en")
        client.force_login(person)
        said = ({"HX-Request": "true"} if htmx else {}) | headers
        with clock.at(NOW):
            return client.get(url, headers=said) if data is None else client.post(url, data, headers=said)

    return go


def moved(row: Task, **said: Any) -> dict[str, Any]:
    row.refresh_from_db()
    return {"seen_version": row.version, "place": "card", "drop": "1"} | said


@pytest.fixture
def rows(people: People, project: Project) -> dict[str, Task]:
    return rollout(people, project)


def test_columns_are_statuses_departments_or_nodes(people: People, project: Project, rows: Any, visit: Visit) -> None:
    board = reverse("board", args=[project.uid])
    node = Node.objects.create(project=project, name="渠道铺货", department=rows["T8"].department)
    task(people, project, title="布展", node=node)
    for query, there in (
        ("", "Awaiting acceptance"),
        ("?by=department", "研发部"),
        ("?by=node", "渠道铺货"),
        ("?by=x", "Awaiting acceptance"),
    ):
        page = words(visit(people["许知夏"], board + query, htmx=False))
        assert there in page
        assert page.count('class="task-card') == 4
    assert f'data-column="{node.uid}"' in words(visit(people["许知夏"], board + "?by=node"))
    assert 'data-column="none"' in words(visit(people["许知夏"], board + "?by=node"))


def test_swimlanes_show_those_that_have_tasks(people: People, project: Project, rows: Any, visit: Visit) -> None:
    page = words(visit(people["许知夏"], reverse("board", args=[project.uid]) + "?lanes=assignee"))
    for name in ("程子昂", "黎思齐", "郭砚秋"):
        assert f">{name} <span" in page
    assert ">沈嘉禾 <span" not in page
    assert page.count('class="task-card') == 3


def test_a_column_sends_fifty_and_its_true_count_and_goes_on(client: Client) -> None:
    big = big_project(400, people=12)
    client.force_login(big.head)
    url = reverse("board", args=[big.project.uid])
    page = client.get(url).content.decode()
    assert page.count('data-column="in_progress"') == 50
    assert '<span class="column-count" id="count-in_progress">160</span>' in page
    shown: set[str] = set()
    after = ""
    for n in (50, 50, 50, 10):
        answer = client.get(f"{url}?column=in_progress&after={quote(after)}", headers={"HX-Request": "true"}).content.decode()
        uids = [part.split('"')[0] for part in answer.split('data-uid="')[1:]]
        assert len(uids) == n
        assert not shown & set(uids)
        shown |= set(uids)
        after = answer.split('data-rank="')[-1].split('"')[0]
    assert "column-next" not in answer
    assert shown == {str(uid) for uid in Task.objects.filter(state="in_progress", level=1).values_list("uid", flat=True)}
    assert client.get(f"{url}?column=in_progress&after=i").status_code == 200  # a page of its own without script
    assert client.get(f"{url}?column=nonsense").status_code == 404


@pytest.mark.parametrize("sort", ["due", "deviation", "updated"])
def test_other_orders_go_on_by_number(client: Client, sort: str) -> None:
    big = big_project(130, people=12)
    client.force_login(big.head)
    url = reverse("board", args=[big.project.uid])
    first = client.get(f"{url}?sort={sort}").content.decode()
    further = client.get(f"{url}?sort={sort}&column=in_progress&after=50", headers={"HX-Request": "true"}).content.decode()
    seen = [
        part.split('"')[0]
        for page in (first, further)
        for part in page.split('data-uid="')[1:]
        if 'data-column="in_progress"' in part
    ]
    assert len(seen) == len(set(seen)) == Task.objects.filter(state="in_progress", level=1).count()


def test_a_card_shows_what_one_asks_first(people: People, project: Project, visit: Visit) -> None:
    row = quantified(people, project, 45, title="<b>华北</b>区铺货", assignee=people["郭砚秋"])
    say(people, row, 12, at=july(19))
    Comment.objects.create(
        project_id=project.pk, content_type=Comment._meta.get_field("content_type").related_model.objects.get_for_model(Task),
        object_id=row.pk, author=people["许知夏"], text="照片呢?",
    )  # fmt: skip
    card = words(visit(people["许知夏"], reverse("card", args=[row.uid])))
    for shown in ("&lt;b&gt;华北&lt;/b&gt;区铺货", "销售部 · 郭砚秋", "12 / 45家", "26.67%", "1 comment", 'data-version="'):
        assert shown in card
    assert "<b>" not in card
    assert 'class="card-menu"' in card
    reader = words(visit(people["陆景行"], reverse("card", args=[row.uid])))
    assert "is-fixed" in reader
    assert 'class="card-menu"' not in reader


def test_a_card_that_the_filters_leave_out_is_gone(people: People, rows: Any, visit: Visit) -> None:
    url = reverse("card", args=[rows["T8c"].uid])
    assert visit(people["许知夏"], url + "?place=" + quote("q=华北")).status_code == 200
    assert visit(people["许知夏"], url + "?place=" + quote("q=华东")).status_code == 204
    assert visit(people["许知夏"], reverse("card", args=[rows["T8"].uid])).status_code == 204  # a whole is no card


def test_a_move_sends_the_card_and_two_counts_back(people: People, project: Project, rows: Any, visit: Visit) -> None:
    row = rows["T8c"]
    answer = visit(people["许知夏"], reverse("move_task", args=[row.uid]), moved(row, to="in_progress"))
    said = words(answer)
    assert answer.status_code == 200
    assert said.count("<article") == 1
    assert 'data-column="in_progress"' in said
    assert said.count("hx-swap-oob") == 2
    assert 'id="count-not_started" hx-swap-oob="true">2<' in said
    assert 'id="count-in_progress" hx-swap-oob="true">1<' in said
    assert len(answer.content) < 4_000
    assert "board:moved" in answer.headers["HX-Trigger"]


def test_a_move_within_the_column_changes_the_shared_order(people: People, rows: Any, visit: Visit) -> None:
    last, first = rows["T8c"], rows["T8a"]
    said = moved(last, before_uid=first.uid)
    assert visit(people["许知夏"], reverse("move_task", args=[last.uid]), said).status_code == 200
    last.refresh_from_db()
    first.refresh_from_db()
    assert last.rank < first.rank
    assert not Report.objects.exists()
    down = visit(people["许知夏"], reverse("move_task", args=[last.uid]), moved(last, edge="end"))
    assert down.status_code == 200
    last.refresh_from_db()
    assert last.rank == max(Task.objects.values_list("rank", flat=True))


def test_a_drag_is_taken_back(people: People, rows: Any, visit: Visit) -> None:
    row = rows["T8c"]
    visit(people["许知夏"], reverse("move_task", args=[row.uid]), moved(row, to="in_progress"))
    row.refresh_from_db()
    undone = visit(people["许知夏"], reverse("undo_move", args=[row.uid]), {"seen_version": row.version, "place": "card"})
    assert undone.status_code == 200
    assert 'data-column="not_started"' in words(undone)
    row.refresh_from_db()
    again = visit(people["许知夏"], reverse("undo_move", args=[row.uid]), {"seen_version": row.version, "place": "card"})
    assert again.status_code == 409
    assert "drop-note" in words(again)


def test_backwards_asks_why_in_the_card(people: People, rows: Any, visit: Visit) -> None:
    row = say(people, rows["T8c"], 12, at=july(19))
    url = reverse("move_task", args=[row.uid])
    asked = visit(people["许知夏"], url, moved(row, to="not_started"))
    assert asked.status_code == 422
    assert 'name="reason"' in words(asked)
    assert 'name="to" value="not_started"' in words(asked)
    assert visit(people["许知夏"], url, moved(row, to="not_started", reason="货未到")).status_code == 200


def test_a_stale_drag_shows_both_values(people: People, rows: Any, visit: Visit) -> None:
    row = rows["T8c"]
    seen = row.version
    say(people, row, 12, at=july(19), by="郭砚秋")
    answer = visit(people["许知夏"], reverse("move_task", args=[row.uid]), moved(row, to="in_progress") | {"seen_version": seen})
    assert answer.status_code == 412
    for shown in (
        "drop-note",
        "郭砚秋",
        "12",
        "In progress",
        "data-again",
        f'data-version="{Task.objects.get(pk=row.pk).version}"',
    ):
        assert shown in words(answer)


def test_another_department_takes_what_no_clause_promises(people: People, project: Project, visit: Visit) -> None:
    free = task(people, project, title="布展")
    market = Department.objects.get(name="市场部")
    url = reverse("move_task", args=[free.uid])
    board = reverse("board", args=[project.uid]) + "?by=department"
    headers = {"HX-Current-URL": f"http://testserver{board}"}
    answer = visit(people["周以宁"], url, moved(free, department=market.uid), **headers)
    assert answer.status_code == 200
    assert f'data-column="{market.uid}"' in words(answer)
    assert f'id="count-{market.uid}"' in words(answer)


def test_a_promise_stays_and_the_note_leads_to_its_clause(visit: Visit) -> None:
    big = big_project(20, people=12)
    top = big.tops[0]
    Task.objects.filter(parent=top).delete()
    other = Department.objects.exclude(pk=top.department_id).first()
    assert other is not None
    url = reverse("move_task", args=[top.uid])
    answer = visit(big.head, url, {"seen_version": 1, "place": "card", "drop": "1", "department": other.uid})
    assert answer.status_code == 409
    assert "drop-note" in words(answer)
    assert "#clause-2.1" in words(answer)


def test_the_menu_says_all_that_a_drag_can_do(people: People, project: Project, rows: Any, visit: Visit) -> None:
    url = reverse("move_task", args=[rows["T8c"].uid])
    menu = words(visit(people["许知夏"], url))
    for shown in (
        'name="to" value="in_progress"',
        'name="edge" value="start"',
        'name="edge" value="end"',
        "Done…",
        "Report…",
        "华东区铺货",
    ):
        assert shown in menu
    assert "华东区铺货" not in words(visit(people["许知夏"], url + "?find=华南"))
    assert "华南区铺货" in words(visit(people["许知夏"], url + "?find=华南", htmx=False))
    plain = visit(people["许知夏"], url, {"seen_version": rows["T8c"].version, "edge": "start"}, htmx=False)
    assert plain.status_code == 302
    assert visit(people["陆景行"], url).status_code == 403
    assert visit(people["霍思远"], url).status_code == 404


def test_bad_values_of_a_move_are_refused(people: People, rows: Any, visit: Visit) -> None:
    url = reverse("move_task", args=[rows["T8c"].uid])
    for said in (
        {"to": "nonsense"},
        {"to": "in_progress", "done": "-1"},
        {"before_uid": "x"},
        {"department": "x"},
        {"edge": "left"},
    ):
        assert visit(people["许知夏"], url, moved(rows["T8c"], **said)).status_code in (409, 422), said
    assert visit(people["许知夏"], url, {"to": "in_progress"}).status_code == 422  # no version seen


def cost(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("query", ["", "?by=department", "?by=node", "?lanes=assignee", "?q=铺货&risk=1&silent=1", "?sort=due"])
def test_the_page_asks_at_most_fifteen_times_whatever_its_size(client: Client, query: str) -> None:
    costs = []
    for number in (150, 400):
        big: Big = big_project(number, people=30)
        client.force_login(big.head)
        costs.append(cost(client, reverse("board", args=[big.project.uid]) + query))
    assert costs[1] == costs[0]
    assert costs[0] <= 15


def test_a_move_asks_the_same_in_a_column_of_ten_and_of_hundreds(client: Client) -> None:
    costs = []
    for number in (40, 400):
        big = big_project(number, people=12)
        client.force_login(big.head)
        rows = [row for row in big.tasks if row.state == Task.State.NOT_STARTED]
        for row, beside in ((rows[1], rows[0]), (rows[2], rows[0])):
            with CaptureQueriesContext(connection) as queries:
                said = {"seen_version": 1, "place": "card", "drop": "1", "before_uid": beside.uid}
                answer = client.post(reverse("move_task", args=[row.uid]), said, headers={"HX-Request": "true"})
            assert answer.status_code == 200
        costs.append(len(queries))
    assert costs[1] == costs[0]
    assert costs[0] <= 25
