"""A correction of distributed minutes is a new version: everything is carried on, what was sent stays as it is (rules D5, C6)."""

from uuid import UUID

from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.plain_text import plain_text
from common.refusals import Refused
from documents.models import Document, Objection
from documents.services import withdraw
from meetings.access import Act
from meetings.models import Action, Meeting, Minutes, Resolution
from meetings.services import roles
from meetings.services.editions import edition_for
from meetings.services.laying import keep
from people.models import User

LONGEST = 300


@act
def open_revision(*, actor: User, minutes_uid: UUID, reason: str) -> Minutes:
    """Write a new version, and say why; nobody can sign the one before any more. What is archived stays as it is."""
    last = edition_for(actor, minutes_uid, Act.WRITE, with_document=True)
    if last.state == Minutes.State.DRAFT:
        raise Refused(_("These minutes are not distributed yet; correct them as they are."), code="draft")
    if last.state == Minutes.State.ARCHIVED:
        raise Refused(_("These minutes are archived; put the correction on the agenda of the next meeting."), code="archived")
    reason = plain_text(reason, "reason")
    if not reason:
        raise Refused(_("Say why a new version is needed; it stands in it."), field="reason")
    if len(reason) > LONGEST:
        raise Refused(_("At most %s characters.") % LONGEST, field="reason")
    if last.document is not None and last.document.state == Document.State.SIGNING:
        withdraw(last.document)
    draft = _next_edition(last, reason)
    facts = {"edition": draft.edition, "reason": reason}
    told = roles.keepers_of(last.meeting)
    ports.record(actor=actor, verb="minutes.revision_opened", subject=draft, project=last.meeting.project, facts=facts, tell=told)
    return draft


def revise_for_objection(document: Document, objection: Objection, actor: User) -> Minutes | None:
    """A head objected to signing: the next version is opened, inside the act of objecting. Twice is once.

    The meeting is locked before its minutes, as those do who answer them.
    """
    list(Meeting.objects.select_for_update(of=("self",)).filter(minutes_versions__document=document).values_list("pk"))
    last = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__project").filter(document=document).first()
    if last is not None and last.state == Minutes.State.ARCHIVED:
        raise Refused(_("These minutes are archived; nobody can object to them any more."), code="archived")
    if last is None or last.state != Minutes.State.DISTRIBUTED:
        return None
    known = last.meeting.minutes_versions.filter(edition=last.edition + 1).first()
    if known is not None:
        return known
    draft = _next_edition(last, objection.reason[:LONGEST])
    ports.record(
        actor=actor,
        verb="minutes.revised",
        subject=draft,
        project=last.meeting.project,
        facts={"edition": draft.edition, "reason": objection.reason},
        tell=roles.keepers_of(last.meeting),
    )
    return draft


def _next_edition(last: Minutes, reason: str) -> Minutes:
    """The next version with everything the last one said; resolutions and actions keep their lineage.

    Its writes are counted on, so that a page still open from the version before does not overwrite it unasked.
    """
    draft = Minutes.objects.create(
        meeting=last.meeting, edition=last.edition + 1, summary=last.summary, reason=reason, version=last.version + 1
    )
    rows = last.resolutions.all()
    keep(Resolution, [Resolution(minutes=draft, **_same(row, "lineage", "item_id", "order", "text")) for row in rows])
    _copy_actions(last, draft)
    return draft


def _copy_actions(last: Minutes, draft: Minutes) -> None:
    """Actions go on with the new edition, and the tasks made of them with them."""
    copies = []
    for row in last.actions.select_related("task"):
        task, row.task = row.task, None
        if task is not None:
            row.save(update_fields=["task"])
        names = ("lineage", "item_id", "order", "text", "department_id", "owner_id", "due_on", "quantity", "unit", "said")
        copies.append(Action(minutes=draft, task=task, **_same(row, *names)))
    keep(Action, copies)


def _same(row: Resolution | Action, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
