"""Drafting, starting and editing a project; who is named in it (rules A3, B1, B2)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import clock
from common.acts import act
from common.ports import record
from common.refusals import Refused
from people.models import Department, User
from projects.access import RULES, Act, heads_and_liaisons, pass_through, project_for
from projects.models import Participant, Party, Project
from projects.services.parties import refuse_while_signing
from projects.services.rows import changed, check_known, check_version, check_window

EDITABLE = {
    "name",
    "code",
    "scenario",
    "background",
    "goal",
    "starts_on",
    "ends_on",
    "progress_basis",
    "threshold",
    "lead_dept",
    "confidential",
    "time_zone",
}
TRIES = 20


@act
def draft_project(
    *,
    actor: User,
    name: str,
    initiating_dept: Department,
    lead_dept: Department | None = None,
    scenario: str = Project.Scenario.BLANK,
    code: str = "",
    **fields: Any,
) -> Project:
    """Any user drafts a project of their own department; only its head can start it (rule B1)."""
    _may_initiate(actor, initiating_dept)
    lead = lead_dept or initiating_dept
    _has_head(lead, "lead_dept")
    if code and Project.objects.filter(code=code).exists():
        raise Refused(_("This project code is taken."), field="code", code="taken")
    check_known(fields, {"goal", "background", "starts_on", "ends_on"})
    check_window(fields.get("starts_on"), fields.get("ends_on"), field="ends_on")
    fields |= {"name": name, "initiating_dept": initiating_dept, "lead_dept": lead, "scenario": scenario}
    project = _create(code, created_by=actor, **fields)
    head = initiating_dept.head
    record(actor=actor, verb="project.drafted", subject=project, project=project, tell=[head] if head else [])
    return project


def _may_initiate(user: User, department: Department) -> None:
    """One's own department, or one that one heads; who has no head above may choose any that has one."""
    _has_head(department, "initiating_dept")
    own = user.department
    if department == own or department.head_id == user.pk or own is None or own.head_id is None:
        return
    raise Refused(_("Draft it for your own department: its head starts it."), field="initiating_dept", code="not_own")


def _has_head(department: Department, field: str) -> User:
    if department.head is None:
        raise Refused(_("%s has no head who could speak for it.") % department, field=field, code="no_head")
    return department.head


def _create(code: str, **fields: Any) -> Project:
    """A code that was not said is the next of the year; the unique constraint decides between two at once."""
    year = clock.today(settings.TIME_ZONE).year
    number = Project.objects.filter(code__startswith=f"P{year}-").count()
    for _try in range(TRIES):
        number += 1
        try:
            with transaction.atomic():
                return Project.objects.create(code=code or f"P{year}-{number:03}", **fields)
        except IntegrityError:
            if code:
                break
    raise Refused(_("This project code is taken."), field="code", code="taken")


@act
def start_project(*, actor: User, project_uid: UUID) -> Project:
    """The head of the initiating department makes a draft a project; initiating and lead departments take part from then on."""
    project = project_for(actor, project_uid, Act.PASS_GATE, lock=True)
    if not project.is_draft:
        raise Refused(_("This project has been started already."), code="started")
    now = clock.now()
    project.started_at = now
    project.bump("started_at")
    _take_part(project, project.initiating_dept, accepted=True)
    if project.lead_dept_id != project.initiating_dept_id:
        _take_part(project, project.lead_dept, accepted=False)
    tell = [project.created_by, *heads_and_liaisons(project)]
    record(actor=actor, verb="project.started", subject=project, project=project, tell=tell)
    return project


def _take_part(project: Project, department: Department, *, accepted: bool) -> None:
    """Make a department a party once; its head speaks for it."""
    head = _has_head(department, "lead_dept")
    now = clock.now()
    Party.objects.get_or_create(
        project=project,
        department=department,
        defaults={
            "head": head,
            "order": project.parties.count(),
            "invited_at": now,
            "accepted_at": now if accepted else None,
        },
    )


@act
def edit_project(*, actor: User, project_uid: UUID, seen_version: int | None, **fields: Any) -> Project:
    """Change what the project says of itself; confidentiality and the lead are the head's to change."""
    check_known(fields, EDITABLE)
    project = project_for(actor, project_uid, Act.EDIT_GOAL, lock=True)
    check_version(project, seen_version, fields)
    check_window(fields.get("starts_on", project.starts_on), fields.get("ends_on", project.ends_on), field="ends_on")
    _check_code(project, fields)
    names = changed(project, fields)
    if "confidential" in names:
        pass_through(actor, project, RULES, Act.SET_CONFIDENTIAL)
    if "lead_dept" in names:
        _change_lead(actor, project)
    if names:
        project.bump(*names)
        record(actor=actor, verb="project.edited", subject=project, project=project, facts={"fields": names})
    return project


def _check_code(project: Project, fields: dict[str, Any]) -> None:
    code = fields.get("code")
    if code is not None and Project.objects.filter(code=code).exclude(pk=project.pk).exists():
        raise Refused(_("This project code is taken."), field="code", code="taken")


def _change_lead(actor: User, project: Project) -> None:
    """A new lead takes part as well; once the work runs, the lead is no longer exchanged here."""
    if project.state not in (Project.State.PREPARATION, Project.State.KICKOFF):
        raise Refused(_("The lead department can be changed until the memorandum is in force."), field="lead_dept", code="late")
    _has_head(project.lead_dept, "lead_dept")
    if not project.is_draft:
        pass_through(actor, project, RULES, Act.PASS_GATE)
        if not project.parties.filter(department=project.lead_dept).exists():
            refuse_while_signing(project)
        _take_part(project, project.lead_dept, accepted=False)


@act
def name_viewer(*, actor: User, project_uid: UUID, viewer: User) -> Participant:
    """Let a named person read the project, a confidential one as well (rule A3)."""
    project = project_for(actor, project_uid, Act.SET_CONFIDENTIAL, lock=True)
    row, made = Participant.objects.get_or_create(project=project, user=viewer, kind=Participant.Kind.VIEWER)
    if made:
        facts = {"viewer": viewer.name}
        record(actor=actor, verb="project.viewer_named", subject=project, project=project, facts=facts, tell=[viewer])
    return row


@act
def remove_viewer(*, actor: User, project_uid: UUID, viewer: User) -> None:
    """End a named person's reading of the project."""
    project = project_for(actor, project_uid, Act.SET_CONFIDENTIAL, lock=True)
    gone, _kinds = project.participants.filter(user=viewer, kind=Participant.Kind.VIEWER).delete()
    if gone:
        record(actor=actor, verb="project.viewer_removed", subject=project, project=project, facts={"viewer": viewer.name})


def note_assignee(project: Project, user: User) -> None:
    """Whoever is assigned a task is named in the project from then on; inside the act's transaction."""
    Participant.objects.get_or_create(project=project, user=user, kind=Participant.Kind.ASSIGNEE)
