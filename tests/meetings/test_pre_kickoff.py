"""The preliminary meeting (rule B6)."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from common import clock
from meetings.services import call_meeting
from people.models import User
from projects.models import Project
from tests.meetings.conftest import KICKOFF

People = dict[str, User]


def test_the_preliminary_meeting_shows_the_flow_to_be_edited_in_the_room(
    client: Client, people: People, project: Project
) -> None:
    """Rule B6: called in preparation with the core people; whoever may edit nodes does it on its page."""
    with clock.at(KICKOFF - timedelta(days=3)):
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="pre_kickoff", title="预沟通会",
            starts_at=KICKOFF - timedelta(days=2), ends_at=KICKOFF - timedelta(days=2, hours=-1),
        )  # fmt: skip
        assert [item.shows for item in meeting.agenda.all()] == ["flow"]
        for name, may in (("周以宁", True), ("许知夏", False)):
            client.force_login(people[name])
            page = client.get(reverse("meeting", args=[meeting.uid])).content.decode()
            place = f"{reverse('project', args=[project.uid])}?section=node"
            assert f'hx-get="{place}"' in page
            table = client.get(place, headers={"HX-Request": "true"}).content.decode()
            assert 'id="node"' in table
            assert ("?open=node" in table) is may
