"""The cases of the sample files: the LED controller of the conference, the raw material of the launch."""

from datetime import datetime, timedelta
from typing import Any

from activity.models import Notice
from activity.ticking import run_due_clocks
from collab.samples import files
from common import clock
from people.models import Department, User
from projects.models import Project
from tracking.models import Issue
from tracking.services import register_issue
from tracking.services.issues import Asked

People = dict[str, User]
RAISED = files.moment("2026-07-02T14:30")
DUE = RAISED + timedelta(hours=24)
DAY = timedelta(days=1)


def department(name: str) -> Department:
    return Department.objects.get(name=name)


def departments(*names: str) -> list[Department]:
    return [department(name) for name in names]


def raw_material(people: People, project: Project, **more: Any) -> Issue:
    """I2 of the launch, registered by the liaison of 生产部 on 2 July 14:30."""
    said = {
        "title": "供应链断裂导致原材料延期",
        "parties": departments("生产部", "财务部"),
        "kind": Issue.Kind.SPECIAL,
    } | more
    with clock.at(RAISED):
        return register_issue(actor=people["田牧野"], project_uid=project.uid, **said)


def asked(text: str, of: str, due: Any, **more: Any) -> Asked:
    return Asked(text, department(of), due, **more)


def tick(moment: datetime) -> int:
    """The scheduler looks at that moment."""
    with clock.at(moment):
        return run_due_clocks()


def told(verb: str) -> set[str]:
    """Who was told of acts of this verb."""
    return set(Notice.objects.filter(event__verb=verb).values_list("reader__name", flat=True))
