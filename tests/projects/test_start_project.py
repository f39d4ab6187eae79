"""Drafting and starting a project (rule B1)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from activity.models import Event, Notice
from common.refusals import Refused
from people.models import User
from projects.models import Project
from projects.services.project import draft_project, start_project
from tests import build

pytestmark = pytest.mark.django_db


def test_any_user_drafts_for_the_own_department(people: dict[str, User]) -> None:
    project = draft_project(actor=people["米小禾"], name="新品上市", initiating_dept=build.departments()["市场部"])
    assert project.is_draft
    assert project.lead_dept == project.initiating_dept
    assert project.code.startswith("P20")


def test_nobody_drafts_for_a_department_whose_head_is_not_theirs(people: dict[str, User]) -> None:
    with pytest.raises(Refused) as refusal:
        draft_project(actor=people["米小禾"], name="新品上市", initiating_dept=build.departments()["研发部"])
    assert refusal.value.field == "initiating_dept"


def test_who_has_no_head_chooses_a_department_that_has_one(people: dict[str, User]) -> None:
    assert draft_project(actor=people["陆景行"], name="年度目标", initiating_dept=build.departments()["市场部"]).is_draft


def test_a_department_without_head_initiates_nothing(people: dict[str, User]) -> None:
    with pytest.raises(Refused):
        draft_project(actor=people["陆景行"], name="年度目标", initiating_dept=build.departments()["总经办"])


def test_the_head_is_told_of_the_draft_and_starts_it(people: dict[str, User]) -> None:
    project = build.draft(people)
    assert Notice.objects.filter(event__verb="project.drafted", reader=people["林书瑶"]).count() == 1
    start_project(actor=people["林书瑶"], project_uid=project.uid)
    project.refresh_from_db()
    assert not project.is_draft
    party = project.parties.get()
    assert (party.department.name, party.head, party.accepted_at is not None) == ("市场部", people["林书瑶"], True)


def test_only_the_head_starts_it(people: dict[str, User]) -> None:
    project = build.draft(people)
    with pytest.raises(PermissionDenied):
        start_project(actor=people["周以宁"], project_uid=project.uid)
    with pytest.raises(Http404):
        start_project(actor=people["米小禾"], project_uid=project.uid)
    with pytest.raises(Http404):
        start_project(actor=people["顾承泽"], project_uid=project.uid)


def test_it_is_started_once(people: dict[str, User]) -> None:
    project = build.draft(people)
    start_project(actor=people["林书瑶"], project_uid=project.uid)
    with pytest.raises(Refused):
        start_project(actor=people["林书瑶"], project_uid=project.uid)
    assert Event.objects.filter(verb="project.started").count() == 1


def test_another_lead_department_takes_part_from_the_start(people: dict[str, User]) -> None:
    project = build.draft(people, lead_dept=build.departments()["销售部"])
    start_project(actor=people["林书瑶"], project_uid=project.uid)
    lead = Project.objects.get(pk=project.pk).parties.get(department__name="销售部")
    assert lead.head == people["蒋明远"]
    assert lead.accepted_at is None


def test_a_code_is_used_once_and_counted_on(people: dict[str, User]) -> None:
    first, second = build.draft(people), build.draft(people)
    assert first.code != second.code
    with pytest.raises(Refused) as refusal:
        build.draft(people, code=first.code)
    assert refusal.value.field == "code"
