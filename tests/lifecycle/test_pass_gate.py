"""Gates, gaps, suspension (rule B7)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from activity.models import Event, Notice
from common.refusals import NeedsConfirmation, Refused
from documents.services import finish_document
from lifecycle.queries import missing_now
from lifecycle.services import cancel_project, pass_gate, resume_project, suspend_project
from people.models import User
from projects.models import Project
from projects.services.goal import save_kpi
from tests import build
from tests.documents import build as papers

pytestmark = pytest.mark.django_db


def test_a_prepared_project_lacks_nothing_and_goes_on(people: dict[str, User]) -> None:
    project = build.prepared(people)
    assert [str(item.text) for item in missing_now(project)] == []
    assert pass_gate(actor=people["林书瑶"], project_uid=project.uid).state == "kickoff"
    assert Notice.objects.filter(event__verb="project.gate_passed", reader=people["田牧野"]).exists()


def test_with_gaps_only_for_a_reason_and_they_stay_listed(client: Client, people: dict[str, User]) -> None:
    project = build.prepared(people)
    save_kpi(actor=people["林书瑶"], project_uid=project.uid, name="满意度", said="提高")
    with pytest.raises(NeedsConfirmation) as need:
        pass_gate(actor=people["林书瑶"], project_uid=project.uid)
    assert need.value.need == "reason"
    passed = pass_gate(actor=people["林书瑶"], project_uid=project.uid, reason="下周补齐")
    assert passed.state == "kickoff"
    gap = project.gaps.get()
    assert (gap.reason, gap.left, "满意度" in gap.items[0]["text"]) == ("下周补齐", "preparation", True)
    client.force_login(people["沈嘉禾"])
    assert "下周补齐" in client.get(reverse("gate", args=[project.uid])).content.decode()


def test_a_draft_goes_nowhere(people: dict[str, User]) -> None:
    project = build.draft(people)
    with pytest.raises(Refused):
        pass_gate(actor=people["林书瑶"], project_uid=project.uid, reason="反正要走")


def test_only_the_initiating_head_passes_it(people: dict[str, User]) -> None:
    project = build.prepared(people)
    for name in ("周以宁", "顾承泽", "陆景行"):
        with pytest.raises(PermissionDenied):
            pass_gate(actor=people[name], project_uid=project.uid)


def test_no_execution_without_a_memorandum_in_force(people: dict[str, User]) -> None:
    project = build.prepared(people)
    pass_gate(actor=people["林书瑶"], project_uid=project.uid)
    with pytest.raises(Refused):
        pass_gate(actor=people["林书瑶"], project_uid=project.uid, reason="先干起来")


def test_a_suspended_project_is_read_only_until_it_is_resumed(client: Client, people: dict[str, User]) -> None:
    project = build.prepared(people)
    head = people["林书瑶"]
    with pytest.raises(Refused):
        suspend_project(actor=head, project_uid=project.uid, reason=" ")
    suspend_project(actor=head, project_uid=project.uid, reason="等预算")
    with pytest.raises(Refused):
        save_kpi(actor=head, project_uid=project.uid, name="别的")
    client.force_login(head)
    assert client.get(project.get_absolute_url()).status_code == 200
    resume_project(actor=head, project_uid=project.uid, reason="预算已批")
    save_kpi(actor=head, project_uid=project.uid, name="别的")
    assert Event.objects.filter(verb__in=["project.suspended", "project.resumed"]).count() == 2


def test_a_cancelled_project_stays_readable(client: Client, people: dict[str, User]) -> None:
    project = build.prepared(people)
    cancel_project(actor=people["林书瑶"], project_uid=project.uid, reason="不做了")
    with pytest.raises(Refused):
        pass_gate(actor=people["林书瑶"], project_uid=project.uid)
    client.force_login(people["田牧野"])
    assert client.get(project.get_absolute_url()).status_code == 200


def test_the_page_asks_for_the_reason_and_keeps_what_was_typed(client: Client, people: dict[str, User]) -> None:
    project = build.started(people)
    client.force_login(people["林书瑶"])
    url = reverse("gate", args=[project.uid])
    for headers in ({}, {"HX-Request": "true"}):
        assert client.post(url, {"reason": ""}, headers=headers).status_code == 422
    answer = client.post(url, {"reason": "先开启动会"})
    assert answer.status_code == 302
    project.refresh_from_db()
    assert project.state == "kickoff"


def test_each_missing_thing_has_a_link(people: dict[str, User]) -> None:
    project = build.started(people)
    items = missing_now(project)
    assert items
    assert all(str(item.url).startswith(f"/projects/{project.uid}/") for item in items)


def test_what_the_kickoff_lacked_when_the_memorandum_came_into_force_stays_listed(people: dict[str, User]) -> None:
    document = papers.signed_by_all(people)
    with papers.at(hours=2):
        finish_document(document.pk)
    project = Project.objects.get(pk=document.project_id)
    assert project.state == Project.State.EXECUTION
    gap = project.gaps.get(left="kickoff")
    assert gap.items
    assert gap.passed_by == people["林书瑶"]
