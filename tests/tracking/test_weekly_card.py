"""The weekly card: all numbers due from one person on one sheet, each line an act of its own."""

from collections.abc import Callable
from datetime import date
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
from projects.models import CommunicationRule, Project
from tests.tracking.build import People, july, quantified, say, task, words
from tests.tracking.conftest import project_in_execution
from tracking.models import Report, Task
from tracking.services import assign_task, scan_evening

pytestmark = pytest.mark.django_db
NOW = july(20, 9)
Send = Callable[..., Any]


def ten(people: People, project: Project, n: int = 10) -> list[Task]:
    return [quantified(people, project, title=f"第{i + 1}区铺货") for i in range(n)]


@pytest.fixture
def rows(people: People, project: Project) -> list[Task]:
    return ten(people, project)


@pytest.fixture
def visit(client: Client) -> Send:
    """Open or send a sheet as a person, on the morning of 20 July."""

    def go(person: User, data: dict[str, Any] | None = None, *, url: str = "", htmx: bool = True) -> Any:
        User.objects.filter(pk=person.pk).update(language="en")
        person.refresh_from_db()
        client.force_login(person)
        with clock.at(NOW), translation.override("en"):
            if data is None:
                return client.get(url or reverse("weekly_card"))
            headers = {"HX-Request": "true"} if htmx else {}
            return client.post(url or reverse("weekly_card"), data, headers=headers)

    return go


def sheet(rows: list[Task], done: dict[int, str], **more: str) -> dict[str, Any]:
    """What the browser sends: every row, a figure in some."""
    said: dict[str, Any] = {"row": [str(row.uid) for row in rows]}
    for n, row in enumerate(rows):
        said |= {f"{row.uid}-seen_version": row.version, f"{row.uid}-seen_done": row.done, f"{row.uid}-done": done.get(n, "")}
    for key, value in more.items():
        place, name = key.removeprefix("row").split("_", 1)
        said[f"{rows[int(place)].uid}-{name}"] = value
    return said


def test_it_shows_what_is_due_from_me_and_what_the_plan_expects(people: People, rows: Any, project: Project, visit: Send) -> None:
    say(people, rows[0], Decimal(8), at=july(17))
    with clock.at(july(19, 18)):
        scan_evening(project, date(2026, 7, 19))
    page = words(visit(people["许知夏"]))
    assert page.count("data-figure") == 10
    for shown in ("第1区铺货", "8家", "15.8家", "35.00%", "10 numbers due", "/ 45家"):
        assert shown in page
    assert "data-figure" not in words(visit(people["沈嘉禾"]))


def test_ten_figures_are_ten_reports_by_one_save(people: People, rows: list[Task], visit: Send) -> None:
    answer = visit(people["许知夏"], sheet(rows, {n: str(n + 1) for n in range(10)}))
    assert answer.status_code == 200
    assert "10 figures saved" in words(answer)
    assert sorted(Report.objects.values_list("done", flat=True)) == list(range(1, 11))
    assert "data-figure" not in words(visit(people["许知夏"]))


def test_a_refused_line_holds_up_no_other_and_keeps_what_was_typed(people: People, rows: list[Task], visit: Send) -> None:
    say(people, rows[3], Decimal(9), at=july(17))
    typed = {0: "5", 1: "many", 2: "46", 3: "4", 4: ""}
    answer = visit(people["许知夏"], sheet(rows, typed, row4_note="等货"))
    page = words(answer)
    assert answer.status_code == 422
    assert Report.objects.count() == 2  # the one before and the one that was right
    assert "1 figure saved." in page
    assert "4 lines need a word from you" in page
    for kept in ('value="many"', 'value="46"', 'value="4"', 'value="等货"', "Yes, 46 is right", "Please say why"):
        assert kept in page
    again = sheet(rows, {2: "46", 3: "4"}, row2_confirm="1", row3_reason="三家退货")
    assert "2 figures saved" in words(visit(people["许知夏"], again))


def test_two_values_are_both_shown_and_one_is_chosen(people: People, rows: list[Task], visit: Send) -> None:
    mine = sheet(rows, {0: "12", 1: "13", 2: "14"})
    for n in (0, 1):
        say(people, rows[n], Decimal(9), at=july(19), by="蒋明远")
    answer = visit(people["许知夏"], mine)
    page = words(answer)
    assert "蒋明远 saved 9家" in page
    assert "1 figure saved." in page
    unchosen = mine | {f"{rows[2].uid}-done": ""}
    assert "2 lines need" in words(visit(people["许知夏"], unchosen))
    rows[0].refresh_from_db()
    chosen = unchosen | {
        f"{rows[0].uid}-choice": f"mine:{rows[0].version}:{rows[0].done}",
        f"{rows[1].uid}-choice": "theirs",
    }
    assert visit(people["许知夏"], chosen).status_code == 200
    done = [Task.objects.get(pk=row.pk).done for row in rows[:3]]
    assert done == [12, 9, 14]


def test_a_sheet_sent_twice_is_saved_once(people: People, rows: list[Task], visit: Send) -> None:
    said = sheet(rows, dict.fromkeys(range(10), "3"))
    for _click in range(2):
        assert "10 figures saved" in words(visit(people["许知夏"], said))
    assert Report.objects.count() == 10


def test_what_changed_beside_the_figures_disturbs_nobody(people: People, rows: list[Task], visit: Send) -> None:
    said = sheet(rows, {0: "3"})
    with clock.at(july(19)):
        assign_task(actor=people["许知夏"], task_uid=rows[0].uid, assignee=people["郭砚秋"], seen_version=rows[0].version)
    assert "1 figure saved" in words(visit(people["许知夏"], said))


def test_the_points_of_the_report_template_are_asked_and_stand_in_the_note(
    people: People, rows: list[Task], project: Project, visit: Send
) -> None:
    CommunicationRule.objects.create(
        project=project, cadence="每周一", channel="周例会", template="上周进展、本周计划、需协调事项"
    )
    page = words(visit(people["许知夏"]))
    for point in ("上周进展", "本周计划", "需协调事项"):
        assert page.count(f"<span>{point}</span>") == 10
    visit(people["许知夏"], sheet(rows, {0: "5"}, row0_note="顺利", row0_point0="谈妥5家", row0_point2="车辆"))
    assert Report.objects.get().note == "顺利\n上周进展: 谈妥5家\n需协调事项: 车辆"


def test_what_has_no_assignee_is_due_from_the_liaison(people: People, project: Project, visit: Send) -> None:
    task(people, project, assignee=None)
    assert words(visit(people["许知夏"])).count("data-figure") == 1


def test_a_sheet_of_one_project_shows_that_one_alone(people: People, rows: list[Task], project: Project, visit: Send) -> None:
    other = project_in_execution(people, code="NPL2", name="周年庆")
    quantified(people, other, title="周年庆物料")
    assert words(visit(people["许知夏"])).count("data-figure") == 11
    assert words(visit(people["许知夏"], url=reverse("project_card", args=[project.uid]))).count("data-figure") == 10


def test_figures_for_tasks_of_others_are_refused_line_by_line(people: People, rows: list[Task], visit: Send) -> None:
    answer = visit(people["沈嘉禾"], sheet(rows, {0: "5"}))
    assert answer.status_code == 422
    assert "You may not report on this task." in words(answer)
    assert visit(people["单𠮷安"], sheet(rows, {0: "5"})).status_code == 200
    assert not Report.objects.exists()


def test_it_works_without_script_and_asks_to_sign_in_once(people: People, rows: list[Task], visit: Send, client: Client) -> None:
    answer = client.get(reverse("weekly_card"))
    assert answer.url == f"{reverse('account_login')}?next={reverse('weekly_card')}"
    page = words(visit(people["许知夏"], sheet(rows, {0: "5"}), htmx=False))
    assert "<html" in page
    assert "1 figure saved" in page


@pytest.mark.parametrize("n", [2, 30])
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(
    people: People, project: Project, visit: Send, client: Client, n: int
) -> None:
    ten(people, project, n)
    visit(people["许知夏"])
    for url in (reverse("weekly_card"), reverse("project_card", args=[project.uid])):
        with clock.at(NOW):
            client.get(url)
            with CaptureQueriesContext(connection) as seen:
                client.get(url)
        assert len(seen) <= 15, f"{url} {len(seen)}"
