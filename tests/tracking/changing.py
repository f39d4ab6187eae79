"""A memorandum in force with its tasks, and requests and slips about it, for the tests of change control."""

from datetime import date, timedelta
from typing import Any

from activity.ticking import run_due_clocks
from common import clock
from documents.models import Document
from documents.services import finish_document
from people.models import User
from projects.models import Amendment, Clause, Project
from projects.services.amending import open_amendment
from tests.documents import build as papers
from tests.memory import remembered
from tracking.models import ChangeRequest, Task
from tracking.services import decide_change, save_change
from tracking.services.changes import Said

People = dict[str, User]


def at(days: int = 1, hours: int = 0) -> Any:
    """`with at(days=3):` is so long after the memorandum came into force on 14 April 2026, a Tuesday, at 15:00."""
    return papers.at(days=days, hours=hours)


@remembered
def in_force(people: People) -> Project:
    """The launch with its memorandum in force since the evening of 14 April."""
    with papers.at():
        document = papers.signed_by_all(people)
    with papers.at(hours=1):
        finish_document(document.pk)
    return Project.objects.get(pk=document.project_id)


def clause_of(project: Project, department: str) -> Clause:
    """The first promise of a department."""
    return (
        Clause.objects.filter(memorandum__project=project, department__name=department)
        .select_related("department")
        .order_by("order")[0]
    )


def task_of(project: Project, department: str) -> Task:
    return Task.objects.select_related("project", "clause").get(clause=clause_of(project, department))


def later(clause: Clause, days: int) -> dict[str, date]:
    """The clause's day, so many days later."""
    assert clause.due_on is not None
    return {"due_on": clause.due_on + timedelta(days)}


def request(people: People, project: Project, by: str, clause: Clause, **given: Any) -> ChangeRequest:
    """A request about one clause, handed in."""
    fields = given.pop("fields", None) or later(clause, 10)
    said = {"reason": "供应商交期推迟", "hand_in": True} | given
    return save_change(
        actor=people[by], project_uid=project.uid, lines=[Said(said.pop("line", "changed"), clause.uid, fields)], **said
    )


def approved(people: People, project: Project, clause: Clause, **given: Any) -> Amendment:
    """The draft of an amendment from a request that the lead's head approved."""
    change = request(people, project, "许知夏", clause, **given)
    change = decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=None, approve=True, reason="同意")
    assert change.amendment is not None
    return change.amendment


def opened(people: People, amendment: Amendment) -> Document:
    return open_amendment(actor=people["林书瑶"], amendment_uid=amendment.uid, seen_version=None)


def sign_all(people: People, document: Document) -> Document:
    """Whoever must sign does; who is only informed says nothing."""
    for slot in document.slots.filter(role="party").select_related("signer"):
        papers.sign_as(people[slot.signer.name], document)
    document.refresh_from_db()
    return document


def pass_time_to_object(document: Document) -> None:
    """The period of those who are informed passes, and what follows from the last signature is done."""
    assert document.object_by is not None
    with clock.at(document.object_by + timedelta(minutes=1)):
        run_due_clocks()
        finish_document(document.pk)
    document.refresh_from_db()


def amended(people: People, amendment: Amendment) -> Document:
    """It is opened, signed by those whom it binds, not objected to, and in force."""
    document = sign_all(people, opened(people, amendment))
    pass_time_to_object(document)
    return document
