"""Step 1 on one page."""

import pytest
from django.test import Client

from people.models import User
from projects.models import Project
from tests import build

pytestmark = pytest.mark.django_db
KINDS = ["kpi", "scope", "invite", "resource", "node", "communication", "contingency"]


@pytest.fixture
def project(people: dict[str, User]) -> Project:
    with build.launch_time():
        return build.prepared(people)


def test_everything_of_step_1_stands_on_the_page(client: Client, people: dict[str, User], project: Project) -> None:
    client.force_login(people["林书瑶"])
    page = client.get(project.get_absolute_url())
    assert page.status_code == 200
    said = page.content.decode()
    for words in ("首月销售额", "需求确认", "操作工", "售后培训", "周例会", "核心供应商停供", "许知夏"):
        assert words in said


@pytest.mark.parametrize("kind", KINDS)
def test_each_form_opens_in_its_place(client: Client, people: dict[str, User], project: Project, kind: str) -> None:
    client.force_login(people["林书瑶"])
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(project.get_absolute_url(), {"open": kind}, headers=headers)
        assert page.status_code == 200
        assert "row-form" in page.content.decode()


def test_rows_open_filled(client: Client, people: dict[str, User], project: Project) -> None:
    client.force_login(people["林书瑶"])
    kpi, node, party = project.kpis.first(), project.nodes.first(), project.parties.first()
    rows = (("kpi", kpi), ("node", node), ("goal", project), ("settings", project), ("liaison", party))
    for kind, row in rows:
        page = client.get(project.get_absolute_url(), {"open": kind, "row": str(row.uid)}, headers={"HX-Request": "true"})
        assert page.status_code == 200, kind
        assert "row-form" in page.content.decode()
