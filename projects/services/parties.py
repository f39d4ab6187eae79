"""Departments that take part: invited, accepted by appointing a liaison (rule A2)."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from common import clock
from common.acts import act
from common.ports import record
from common.refusals import Refused
from people.models import Department, User
from projects.access import Act, heads_and_liaisons, project_for
from projects.models import Memorandum, Party, Project
from projects.services.rows import changed, check_version


@act
def invite_department(*, actor: User, project_uid: UUID, department: Department, duty: str = "") -> Party:
    """Ask a department to take part; its head accepts by appointing a liaison."""
    project = project_for(actor, project_uid, Act.INVITE, lock=True)
    if project.is_draft:
        raise Refused(_("Start the project first; then departments can be invited."), code="draft")
    if department.head is None:
        raise Refused(_("%s has no head who could speak for it.") % department, field="department", code="no_head")
    known = project.parties.filter(department=department).first()
    if known is not None:
        return _reword(actor, known, duty)
    refuse_while_signing(project)
    party = Party.objects.create(
        project=project, department=department, head=department.head, duty=duty, order=project.parties.count()
    )
    record(actor=actor, verb="party.invited", subject=party, project=project, tell=[department.head])
    return party


def refuse_while_signing(project: Project) -> None:
    """Every department that takes part signs, so none joins while a memorandum without it is being signed (rule C6)."""
    if project.memoranda.filter(state=Memorandum.State.SIGNING).exists():
        raise Refused(_("The memorandum is open for signature; take it back before another department joins."), code="signing")


def _reword(actor: User, party: Party, duty: str) -> Party:
    """A department that takes part already is not asked again; only its part is said anew."""
    if not duty or duty == party.duty:
        raise Refused(_("%s takes part already.") % party.department, field="department", code="already")
    party.duty = duty
    party.bump("duty")
    record(actor=actor, verb="party.duty_said", subject=party, project=party.project)
    return party


@act
def appoint_liaison(
    *,
    actor: User,
    party_uid: UUID,
    liaison: User,
    duty: str | None = None,
    liaison_decides: bool = True,
    asks: User | None = None,
    within_hours: int | None = None,
    seen_version: int | None = None,
) -> Party:
    """The head accepts the invitation and names the one liaison, who decides or says who does and within how many hours."""
    party = _party(actor, party_uid)
    _check_liaison(party, liaison, liaison_decides=liaison_decides, asks=asks, within_hours=within_hours)
    fields: dict[str, object] = {
        "liaison": liaison,
        "liaison_decides": liaison_decides,
        "asks": None if liaison_decides else asks,
        "within_hours": None if liaison_decides else within_hours,
    }
    if duty is not None:
        fields["duty"] = duty
    check_version(party, seen_version, fields)
    before = party.liaison
    names = changed(party, fields)
    if party.accepted_at is None:
        party.accepted_at = clock.now()
        names.append("accepted_at")
    if not names:
        return party
    party.bump(*names)
    tell = [person for person in (liaison, before, *_steering(party.project)) if person is not None]
    replaced = before if before and before != liaison else None
    facts = {"liaison": liaison.name, "liaison_id": liaison.pk, "before_id": replaced.pk if replaced else None}
    record(actor=actor, verb="party.liaison_appointed", subject=party, project=party.project, facts=facts, tell=tell)
    return party


def _party(actor: User, uid: UUID) -> Party:
    """The party under lock, through the door of its project with the act that is about to be done."""
    found = Party.objects.select_related("project", "department").filter(uid=uid).first()
    if found is None:
        raise Http404
    project = project_for(actor, found.project.uid, Act.APPOINT_LIAISON, department=found.department, lock=True)
    party = Party.objects.select_for_update().get(pk=found.pk)
    party.project = project
    return party


def _check_liaison(party: Party, liaison: User, *, liaison_decides: bool, asks: User | None, within_hours: int | None) -> None:
    if not liaison.is_active or (liaison.department_id != party.department_id and liaison.pk != party.head_id):
        raise Refused(_("The liaison is a member of the department, or its head."), field="liaison", code="not_member")
    if not liaison_decides and asks is None:
        raise Refused(_("Name who decides when the liaison may not."), field="asks", code="asks")
    if not liaison_decides and not within_hours:
        raise Refused(_("Say within how many hours an answer comes."), field="within_hours", code="within_hours")


def _steering(project: Project) -> list[User]:
    found = project.parties.filter(department=project.initiating_dept_id).select_related("head", "liaison").first()
    return [person for person in (found.head, found.liaison) if person is not None] if found else []


def head_changed(department: Department) -> None:
    """The successor speaks for the department in every project that is not archived; within the act that changed the head."""
    if department.head is None:
        return
    open_states = [state for state in Project.State.values if state != Project.State.ARCHIVED]
    parties = list(
        Party.objects.select_for_update(of=("self",))
        .filter(department=department, project__state__in=open_states)
        .exclude(head=department.head)
        .select_related("project")
        .order_by("pk")
    )
    if not parties:
        return
    for party in parties:
        party.head = department.head
    bulk_update_with_history(parties, Party, ["head"], default_date=clock.now())
    for party in parties:
        facts = {"head": department.head.name}
        people = heads_and_liaisons(party.project)
        record(actor=None, verb="party.head_followed", subject=party, project=party.project, facts=facts, tell=people)
