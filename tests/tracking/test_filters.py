"""The filters: one vocabulary in the address, understood alike by board, table and saved views."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common import clock
from people.models import User
from projects.models import Node, Project
from tests.tracking.build import People, july, quantified, rollout, say, task
from tracking.models import Risk, Task
from tracking.queries.filter_bar import choices_of, filter_bar, known
from tracking.queries.filters import Filters, filtered, read_filters
from tracking.services import scan_evening

pytestmark = pytest.mark.django_db
NOW = july(20, 19)


@pytest.fixture
def rows(people: People, project: Project) -> dict[str, Task]:
    """The evening of 20 July: three regions, of which 华北 is at risk, and a task of another department that nobody has."""
    tasks = rollout(people, project)
    for key, done in (("T8a", 14), ("T8b", 10), ("T8c", 12)):
        say(people, tasks[key], done, at=july(17 if key == "T8a" else 20))
    with clock.at(july(1, 10)):
        node = Node.objects.create(project=project, name="首批铺货", department=tasks["T8"].department, order=1)
    Task.objects.filter(pk=tasks["T8b"].pk).update(node=node)
    tasks["own"] = task(people, project, "Poster draft 海报", assignee=None, due_on=date(2026, 7, 18))
    with clock.at(july(20, 18)):
        scan_evening(project, date(2026, 7, 20))
    return tasks


def found(project: Project, user: User, query: str) -> set[str]:
    """The names of the tasks that an address finds."""
    with clock.at(NOW):
        filters = known(read_filters(QueryDict(query)), choices_of(project))
        return set(filtered(project, user, filters).values_list("title", flat=True))


REGIONS = {"华东区铺货", "华南区铺货", "华北区铺货"}


def test_each_filter_finds_what_it_says(people: People, rows: Any, project: Project) -> None:
    who = people["程子昂"]
    poster = {"Poster draft 海报"}
    node = Node.objects.get(project=project)
    cases = {
        "": REGIONS | poster,
        "q=华北": {"华北区铺货"},
        "q=铺货100家": REGIONS,  # words of what they are part of
        "q=poster": poster,
        "q=区 华东": {"华东区铺货"},
        "q=100%25": set(),
        "assignee=me": {"华东区铺货"},
        "assignee=none": poster,
        f"assignee={people['郭砚秋'].uid}": {"华北区铺货"},
        f"department={rows['T8'].department.uid}": REGIONS | poster,
        f"department={project.lead_dept.uid}": set(),
        f"node={node.uid}": {"华南区铺货"},
        "node=none": (REGIONS | poster) - {"华南区铺货"},
        "status=not_started": poster,
        "status=in_progress&status=done": REGIONS,
        "status=cancelled": set(),
        "late=1": poster,
        "risk=1": set(Risk.objects.exclude(task=None).values_list("task__title", flat=True)) & (REGIONS | poster),
        "due_from=2026-07-19": REGIONS,
        "due_to=2026-07-18": poster,
        "promise=1": set(),
        "promise=0": REGIONS | poster,
        "late=1&assignee=none&q=海报": poster,
        "only=late": poster,
    }
    for query, expected in cases.items():
        assert found(project, who, query) == expected, query


def test_a_cancelled_task_is_found_only_when_asked_for(people: People, rows: Any, project: Project) -> None:
    Task.objects.filter(pk=rows["own"].pk).update(state=Task.State.CANCELLED)
    assert "Poster draft 海报" not in found(project, people["许知夏"], "")
    assert found(project, people["许知夏"], "status=cancelled") == {"Poster draft 海报"}


def test_an_address_read_and_written_says_the_same() -> None:
    said = "q=%E5%8D%8E%E5%8C%97&assignee=me&node=none&status=in_progress&status=done&late=1&due_from=2026-07-01&promise=0"
    assert read_filters(QueryDict(said)).query == said
    assert read_filters(QueryDict("")) == Filters()
    assert read_filters({"q": "华北"}).text == "华北"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("department=1", "department"), ("assignee=nobody", "assignee"), ("node=%00", "node"), ("status=gone", "status"),
        ("late=yes", "late"), ("due_from=tomorrow", "due_from"), ("due_to=2026-02-30", "due_to"), ("promise=2", "promise"),
        ("colour=red", "colour"), ("due_from=2026-08-01&due_to=2026-07-01", "due_to"),
    ],
)  # fmt: skip
def test_a_bad_value_asks_for_nothing_and_is_named(query: str, named: str) -> None:
    filters = read_filters(QueryDict(query))
    assert [key for key, _value in filters.ignored] in ([named], [])
    assert named in [key for key, _value in filters.ignored] or query == "node=%00"


def test_words_are_bounded_and_never_break_the_search(people: People, rows: Any, project: Project) -> None:
    long = "华" * 5000
    assert len(read_filters({"q": long}).text) == 80
    for odd in ("\x00华北", "%", "_", "'; drop", "\\", "a " * 400):
        found(project, people["许知夏"], QueryDict(mutable=True).urlencode() + f"q={odd}".replace("%", "%25").replace(";", "%3B"))


def test_somebody_elses_department_person_or_node_is_unknown_here(people: People, rows: Any, project: Project) -> None:
    for key in ("department", "assignee", "node"):
        uid = "00000000-0000-4000-8000-000000000000"
        filters = known(read_filters({key: uid}), choices_of(project))
        assert filters.ignored == ((key, uid),)
        assert not filters.any


def test_every_chip_takes_away_its_own_filter_alone(people: People, rows: Any, project: Project) -> None:
    with translation.override("en"):
        choices = choices_of(project)
        said = f"q=华北&department={project.lead_dept.uid}&status=done&status=in_progress&promise=1&late=1"
        bar = filter_bar(read_filters(QueryDict(said)), choices, "/board/", beside=[("by", "node")], target="board")
    words = {chip.value: chip.url for chip in bar.chips}
    assert set(words) == {"华北", project.lead_dept.name, "Done", "In progress", "Promised by the memorandum"}
    assert "status=in_progress" in words["Done"]
    assert "status=done" not in words["Done"]
    assert all("by=node" in url and "late=1" in url for url in words.values())
    (late,) = [url for key, _words, on, url in bar.flags if key == "late" and on]
    assert "late" not in late


@pytest.mark.parametrize("name", ["board", "table"])
def test_board_and_table_find_the_same_by_the_same_address(
    name: str, people: People, rows: Any, project: Project, client: Client
) -> None:
    client.force_login(people["许知夏"])
    with clock.at(NOW):
        page = client.get(reverse(name, args=[project.uid]) + "?q=华北&due_from=2026-07-19").content.decode()
    assert "华北区铺货" in page
    assert "华东区铺货" not in page


def test_only_the_list_and_what_stands_over_it_is_sent_when_only_that_is_asked_for(
    people: People, rows: Any, project: Project, client: Client
) -> None:
    quantified(people, project, 10, title="又一批")
    client.force_login(people["许知夏"])
    path = reverse("table", args=[project.uid]) + "?q=又"
    with clock.at(NOW):
        typed = client.get(path, headers={"HX-Request": "true", "HX-Trigger": "filter-form"}).content.decode()
        clicked = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in typed
    assert 'id="filter-form"' not in typed  # what is being typed is left alone
    assert 'id="filter-form" hx-swap-oob="true"' in clicked
