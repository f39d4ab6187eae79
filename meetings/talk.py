"""What meetings answer to files on them (rule H5); nothing is said there beside the minutes."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from common import ports
from meetings.access import NEAR, READING, RULES, Act, may_at, meeting_for, whose_line
from meetings.models import Meeting
from people.models import User
from projects.access import pass_through
from projects.models import Project

ACTS = {"view": Act.READ, "attach": Act.ATTACH, "remove": Act.REMOVE_FILE}


def open_meeting(uid: UUID, user: User, act: str) -> Meeting:
    """The door to a meeting, for its files: whoever reads its minutes sees them."""
    if act not in ACTS:
        raise PermissionDenied
    return meeting_for(user, uid, ACTS[act])


def _check(row: Meeting, user: User, act: str) -> None:
    if act not in ACTS:
        raise PermissionDenied
    wanted = ACTS[act]
    owner = whose_line(user, row, wanted) if wanted in NEAR else None
    pass_through(user, row.project, RULES, wanted, own=owner is not None, owner=owner, reading=wanted in READING)


def _may(row: Meeting, user: User, act: str) -> bool:
    return act in ACTS and may_at(user, row, ACTS[act]) and (ACTS[act] in READING or not row.project.is_frozen)


def _project(row: Meeting) -> Project:
    return row.project


def _told(row: Meeting) -> list[User]:
    """The chair and the minute taker."""
    return [row.chair, row.recorder]


FILES = ports.SubjectSocket(door=open_meeting, check=_check, may=_may, project=_project, told=_told)
