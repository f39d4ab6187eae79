"""A head objected to signing the kick-off minutes: a new edition is opened, to be revised and distributed again (rule C6)."""

from django.utils.translation import gettext as _

from common import ports
from common.refusals import Refused
from documents.models import Document, Objection
from meetings.models import Action, Minutes, Resolution
from meetings.services import roles
from meetings.services.laying import keep
from people.models import User


def open_revision(document: Document, objection: Objection, actor: User) -> Minutes | None:
    """Open the next edition with everything the last one said; inside the act of objecting. Twice is once."""
    last = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__project").filter(document=document).first()
    if last is not None and last.state == Minutes.State.ARCHIVED:
        raise Refused(_("These minutes are archived; nobody can object to them any more."), code="archived")
    if last is None or last.state != Minutes.State.DISTRIBUTED:
        return None
    known = last.meeting.minutes_versions.filter(edition=last.edition + 1).first()
    if known is not None:
        return known
    draft = Minutes.objects.create(meeting=last.meeting, edition=last.edition + 1, summary=last.summary)
    keep(Resolution, [Resolution(minutes=draft, item=row.item, order=row.order, text=row.text) for row in last.resolutions.all()])
    _copy_actions(last, draft)
    ports.record(
        actor=actor,
        verb="minutes.revised",
        subject=draft,
        project=last.meeting.project,
        facts={"edition": draft.edition, "reason": objection.reason},
        tell=roles.keepers_of(last.meeting),
    )
    return draft


def _copy_actions(last: Minutes, draft: Minutes) -> None:
    """Actions go on with the new edition, and the tasks made of them with them."""
    copies = []
    for row in last.actions.select_related("task", "owner", "department", "item"):
        task, row.task = row.task, None
        if task is not None:
            row.save(update_fields=["task"])
        copies.append(
            Action(
                minutes=draft,
                item=row.item,
                order=row.order,
                text=row.text,
                department=row.department,
                owner=row.owner,
                due_on=row.due_on,
                task=task,
            )
        )
    keep(Action, copies)
