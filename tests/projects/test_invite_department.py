"""Departments that take part: invitation, liaison, change of head (rules A1, A2)."""

import pytest
from django.core.exceptions import PermissionDenied

from activity.models import Event, Notice
from common.refusals import Conflict, Refused
from people.models import User
from people.services import set_department_head
from projects.models import Party, Project
from projects.services.parties import appoint_liaison, invite_department
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(people: dict[str, User]) -> Project:
    return build.started(people)


def invited(people: dict[str, User], project: Project) -> Party:
    return invite_department(actor=people["林书瑶"], project_uid=project.uid, department=build.departments()["研发部"])


def test_the_head_is_told_and_speaks_for_the_department(people: dict[str, User], project: Project) -> None:
    party = invited(people, project)
    assert party.head == people["顾承泽"]
    assert Notice.objects.filter(event__verb="party.invited", reader=people["顾承泽"]).exists()


def test_a_department_is_invited_once(people: dict[str, User], project: Project) -> None:
    invited(people, project)
    with pytest.raises(Refused):
        invited(people, project)


def test_a_department_without_head_cannot_be_invited(people: dict[str, User], project: Project) -> None:
    with pytest.raises(Refused) as refusal:
        invite_department(actor=people["林书瑶"], project_uid=project.uid, department=build.departments()["总经办"])
    assert refusal.value.field == "department"


def test_only_the_initiating_head_invites(people: dict[str, User], project: Project) -> None:
    invited(people, project)
    for name in ("顾承泽", "米小禾"):
        with pytest.raises(PermissionDenied):
            invite_department(actor=people[name], project_uid=project.uid, department=build.departments()["生产部"])


def test_naming_the_liaison_accepts_the_invitation(people: dict[str, User], project: Project) -> None:
    party = invited(people, project)
    appoint_liaison(actor=people["顾承泽"], party_uid=party.uid, liaison=people["沈嘉禾"], duty="技术实现")
    party.refresh_from_db()
    assert (party.liaison, party.duty, party.accepted_at is not None) == (people["沈嘉禾"], "技术实现", True)


def test_another_head_does_not_name_it(people: dict[str, User], project: Project) -> None:
    party = invited(people, project)
    for name in ("林书瑶", "米小禾"):
        with pytest.raises(PermissionDenied):
            appoint_liaison(actor=people[name], party_uid=party.uid, liaison=people["沈嘉禾"])


def test_the_liaison_is_of_the_department(people: dict[str, User], project: Project) -> None:
    party = invited(people, project)
    with pytest.raises(Refused) as refusal:
        appoint_liaison(actor=people["顾承泽"], party_uid=party.uid, liaison=people["周以宁"])
    assert refusal.value.field == "liaison"


def test_a_liaison_who_may_not_decide_names_who_does_and_when(people: dict[str, User], project: Project) -> None:
    party = invited(people, project)
    for given, field in (({}, "asks"), ({"asks": people["顾承泽"]}, "within_hours")):
        with pytest.raises(Refused) as refusal:
            appoint_liaison(actor=people["顾承泽"], party_uid=party.uid, liaison=people["沈嘉禾"], liaison_decides=False, **given)
        assert refusal.value.field == field


def test_the_second_of_two_heads_at_once_sees_the_first_choice(people: dict[str, User], project: Project) -> None:
    party = invited(people, project)
    seen = party.version
    appoint_liaison(actor=people["顾承泽"], party_uid=party.uid, liaison=people["沈嘉禾"], seen_version=seen)
    with pytest.raises(Conflict) as conflict:
        appoint_liaison(actor=people["顾承泽"], party_uid=party.uid, liaison=people["白露晞"], seen_version=seen)
    assert (conflict.value.mine["liaison"], conflict.value.theirs["liaison"]) == (people["白露晞"], people["沈嘉禾"])


def test_the_successor_of_a_head_speaks_for_the_department(people: dict[str, User], project: Project) -> None:
    party = invited(people, project)
    department = party.department
    set_department_head(actor=people["毕以恒"], department_uid=department.uid, head=people["沈嘉禾"])
    party.refresh_from_db()
    assert party.head == people["沈嘉禾"]
    assert party.history.count() == 2
    assert Event.objects.filter(verb="party.head_followed").count() == 1
