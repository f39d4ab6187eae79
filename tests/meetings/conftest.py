"""A launch project before its kick-off, and a meeting in it."""

from datetime import UTC, datetime, timedelta

import pytest

from common import clock
from meetings.models import Meeting
from meetings.services import call_meeting, lay_agenda
from people.models import User
from projects.models import Project
from tests import build

KICKOFF = datetime(2026, 4, 14, 6, 0, tzinfo=UTC)  # Tuesday 14:00 in Shanghai
END = KICKOFF + timedelta(minutes=90)
DEADLINE = END + timedelta(hours=24)


@pytest.fixture
def project(people: dict[str, User]) -> Project:
    """The launch: five departments with heads and liaisons, goal and flow said."""
    with clock.at(build.LAUNCH_BEGINS):
        return build.prepared(people)


@pytest.fixture
def kickoff(people: dict[str, User], project: Project) -> Meeting:
    """The kick-off, called a day before."""
    with clock.at(KICKOFF - timedelta(days=1)):
        return call_meeting(
            actor=people["周以宁"],
            project_uid=project.uid,
            kind="kickoff",
            title="跨部门启动会",
            starts_at=KICKOFF,
            ends_at=END,
            place="三楼会议室",
        )


@pytest.fixture
def weekly(people: dict[str, User], project: Project) -> Meeting:
    """A meeting of the liaisons at the time of the kick-off; its minutes can be written on."""
    with clock.at(KICKOFF - timedelta(days=1)):
        meeting = call_meeting(
            actor=people["周以宁"],
            project_uid=project.uid,
            kind="weekly",
            title="周例会",
            starts_at=KICKOFF,
            ends_at=END,
        )
    with clock.at(KICKOFF):
        return lay_agenda(meeting)
