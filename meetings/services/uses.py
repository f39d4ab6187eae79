"""What becomes of a kick-off's resolution: a clause, or a word why it needs none; newer minutes carry it on (rule C5)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.refusals import Refused
from meetings.models import Minutes, Resolution, ResolutionUse
from meetings.models.meeting import Kind
from meetings.objections import held_up
from meetings.resolutions import Resolutions
from meetings.services.laying import keep
from people.models import User
from projects.access import Act, project_for
from projects.models import Clause, Memorandum, Project
from projects.queries.memorandum import living_memorandum


@act
def mark_not_needed(*, actor: User, resolution_uid: UUID, reason: str) -> ResolutionUse:
    """A resolution that the memorandum need not repeat, and why."""
    resolution = _to_settle(actor, resolution_uid)
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why the memorandum does not need it."), field="reason")
    use, made = ResolutionUse.objects.get_or_create(resolution=resolution, defaults={"reason": reason, "by": actor})
    if not made:
        raise Refused(_("It has its place already."), field="reason", code="settled")
    _record("minutes.resolution_not_needed", actor, resolution, reason=reason)
    return use


@act
def take_up_again(*, actor: User, resolution_uid: UUID) -> Resolution:
    """A resolution that was not needed is open again; one that is a clause stays with it."""
    resolution = _to_settle(actor, resolution_uid)
    use = ResolutionUse.objects.select_for_update().filter(resolution=resolution).first()
    if use is not None and use.clause_id is not None:
        raise Refused(_("It is a clause; remove the clause, and it is open again."), code="clause")
    if use is not None:
        use.delete()
        _record("minutes.resolution_reopened", actor, resolution)
    return resolution


def note_clause(project: Project, clause: Clause, origin: str, actor: User) -> None:
    """A clause was made of a resolution: inside the act that added it. What names none of this kick-off is no origin."""
    try:
        resolution = _of_kickoff(project, UUID(origin))
    except (ValueError, ValidationError):
        return
    if resolution is not None:
        ResolutionUse.objects.update_or_create(resolution=resolution, defaults={"clause": clause, "reason": "", "by": actor})


def carry_over(minutes: Minutes) -> None:
    """Newer minutes of a kick-off that repeat a resolution word for word need not settle it again; inside their distribution."""
    if minutes.meeting.kind != Kind.KICKOFF:
        return
    earlier = ResolutionUse.objects.filter(resolution__minutes__meeting=minutes.meeting).exclude(resolution__minutes=minutes)
    known = {
        use.resolution.text.strip(): use for use in earlier.select_related("resolution").order_by("resolution__minutes__edition")
    }
    rows = [row for row in minutes.resolutions.filter(use__isnull=True) if row.text.strip() in known]
    uses = [(row, known[row.text.strip()]) for row in rows]
    keep(
        ResolutionUse,
        [ResolutionUse(resolution=row, clause=use.clause, reason=use.reason, by=use.by, at=use.at) for row, use in uses],
    )


def _of_kickoff(project: Project, uid: UUID) -> Resolution | None:
    return next((row for row, _use in Resolutions(project).rows if row.uid == uid), None)


def _to_settle(actor: User, uid: UUID) -> Resolution:
    """A resolution of the kick-off's newest minutes, by who drafts the memorandum, as long as that is not out."""
    found = Resolution.objects.filter(uid=uid).select_related("minutes__meeting__project").first()
    if found is None:
        raise Http404
    project = project_for(actor, found.minutes.meeting.project.uid, Act.DRAFT_MEMORANDUM, lock=True)
    resolution = _of_kickoff(project, uid)
    if resolution is None:
        raise Http404
    if resolution.lineage in held_up(resolution.minutes.meeting):
        raise Refused(_("An objection holds up this resolution; it is settled first."), code="held_up")
    memorandum = living_memorandum(project)
    if memorandum is not None and memorandum.state != Memorandum.State.DRAFT:
        raise Refused(_("The memorandum is out; what it leaves open is taken up by a change request."), code="out")
    resolution.minutes.meeting.project = project
    return resolution


def _record(verb: str, actor: User, resolution: Resolution, **facts: str) -> None:
    minutes = resolution.minutes
    said = {"text": resolution.text} | facts
    ports.record(actor=actor, verb=verb, subject=minutes, project=minutes.meeting.project, facts=said, tell=())
