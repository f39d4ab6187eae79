"""My desk: what a head must do before a project moves."""

import pytest

from people.models import Department, User
from projects.queries.desk import to_appoint, to_start
from projects.services.parties import appoint_liaison, invite_department
from projects.services.project import draft_project, start_project

pytestmark = pytest.mark.django_db


def test_a_draft_stands_on_the_desk_of_its_head_until_it_is_started(people: dict[str, User]) -> None:
    market = Department.objects.get(name="市场部")
    project = draft_project(actor=people["周以宁"], name="导购培训", initiating_dept=market)
    assert [row.project_name for row in to_start(people["林书瑶"]).rows] == ["导购培训"]
    assert to_start(people["周以宁"]).total == to_start(people["蒋明远"]).total == 0
    start_project(actor=people["林书瑶"], project_uid=project.uid)
    assert to_start(people["林书瑶"]).total == 0


def test_an_invited_department_stands_on_the_desk_of_its_head_until_it_has_a_liaison(people: dict[str, User]) -> None:
    market, sales = (Department.objects.get(name=name) for name in ("市场部", "销售部"))
    project = draft_project(actor=people["周以宁"], name="导购培训", initiating_dept=market)
    start_project(actor=people["林书瑶"], project_uid=project.uid)
    party = invite_department(actor=people["林书瑶"], project_uid=project.uid, department=sales)
    assert [row.project_name for row in to_appoint(people["蒋明远"]).rows] == ["导购培训"]
    appoint_liaison(actor=people["蒋明远"], party_uid=party.uid, liaison=people["许知夏"])
    assert to_appoint(people["蒋明远"]).total == 0
