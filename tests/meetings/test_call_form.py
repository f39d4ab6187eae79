"""The form that calls a meeting; a coordination meeting has its own, with the issue and its clock (rule D7)."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.models import Clock
from common import clock
from meetings.models import Meeting
from meetings.services import call_meeting, mark_not_held
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END, KICKOFF

People = dict[str, User]
NOW = KICKOFF - timedelta(days=3)


@pytest.fixture
def client(people: People) -> Client:
    browser = Client()
    with clock.at(NOW):
        browser.force_login(people["周以宁"])
    return browser


def chosen(client: Client, project: Project, query: str = "") -> str:
    with clock.at(NOW):
        form = client.get(f"/projects/{project.uid}/meetings/call/{query}").context["form"]
    return str(form["kind"].value())


def test_while_a_project_is_prepared_the_preliminary_meeting_is_proposed_until_it_is_called(
    project: Project, client: Client, people: People
) -> None:
    Project.objects.filter(pk=project.pk).update(state="preparation")
    assert chosen(client, project) == "pre_kickoff"
    assert chosen(client, project, "?kind=kickoff") == "kickoff"
    with clock.at(NOW):
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="pre_kickoff", title="预沟通会", starts_at=KICKOFF, ends_at=END
        )
    assert chosen(client, project) == "other"
    with clock.at(NOW):
        mark_not_held(actor=people["周以宁"], meeting_uid=meeting.uid, reason="改期")
    assert chosen(client, project) == "pre_kickoff"
    Project.objects.filter(pk=project.pk).update(state="execution")
    assert chosen(client, project) == "other"


def test_a_coordination_meeting_is_called_by_its_own_form(project: Project, client: Client) -> None:
    own = f"/projects/{project.uid}/coordination/"
    with clock.at(NOW):
        answer = client.get(f"/projects/{project.uid}/meetings/call/")
        assert f'href="{own}"' in answer.content.decode()
        assert "coordination" not in dict(answer.context["form"].fields["kind"].choices)
        assert client.get(f"/projects/{project.uid}/meetings/call/?kind=coordination")["Location"] == own
        typed = {"kind": "coordination", "day": "2026-04-14", "begins": "14:00", "until": "15:00"}
        answer = client.post(f"/projects/{project.uid}/meetings/call/", typed)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"kind"})
    assert not Meeting.objects.exists()
    assert not Clock.objects.filter(kind="solution").exists()
