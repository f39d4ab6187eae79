"""The memorandum's page: drafting, what is said under each clause, the paper in force, the differences between versions."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Clause, ClauseRemark, Project
from tests import build as launch
from tests.documents import build
from tests.documents.build import People

pytestmark = pytest.mark.django_db
QUERIES = 15
FRAME = 6  # what every page of a project asks beside: phases, next deadline, lead, notices, where its live stream begins


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def page_of(project: Project) -> str:
    return reverse("memorandum", args=[project.uid])


def full(people: People) -> Project:
    """A draft with 40 clauses and 60 remarks."""
    project, memorandum = build.drafted(people)
    department = launch.departments()["销售部"]
    more = range(7, 41)
    Clause.objects.bulk_create(
        Clause(
            memorandum=memorandum, order=n, number=f"2.{n}", department=department, text=f"第{n}批铺货", deliverable="签收单",
            quantity=n, unit="家", due_on=date(2026, 7, 1), handed_to=launch.departments()["市场部"],
        )
        for n in more
    )  # fmt: skip
    clauses = list(memorandum.clauses.all())
    ClauseRemark.objects.bulk_create(
        ClauseRemark(
            clause=clauses[n % 40], department=department, author=people["许知夏"], kind="counter" if n % 2 else "comment",
            text=f"意见{n}", proposed={"due_on": ["2026-07-01", "2026-07-08"]} if n % 2 else {},
        )
        for n in range(60)
    )  # fmt: skip
    return project


@pytest.mark.parametrize("name", ["林书瑶", "周以宁", "许知夏", "陆景行"])
@pytest.mark.parametrize("asked", ["", "?edit", "?remark", "?add=1"])
def test_a_full_draft_takes_few_queries(people: People, name: str, asked: str) -> None:
    project = full(people)
    client, url = seen_by(people, name), page_of(project)
    clause = project.memoranda.get().clauses.get(number="2.20")
    if asked in ("?edit", "?remark"):
        asked += f"={clause.uid}"
    client.get(url)
    for headers, allowed in (({}, QUERIES + FRAME), ({"HX-Request": "true"}, QUERIES)):
        with CaptureQueriesContext(connection) as found:
            answer = client.get(url + asked, headers=headers)
        assert answer.status_code == 200
        assert len(found) <= allowed, "\n".join(row["sql"][:160] for row in found.captured_queries)
    assert answer.content.decode().count('class="clause-row') == 40
