"""Writing minutes on the agenda (rule D3): notes, summary, resolutions, actions; two writers never overwrite each other."""

from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from activity.models import Event
from common import clock, ports
from common.acts import act
from common.refusals import Conflict, Refused
from meetings.access import Act, action_for, item_for, meeting_for, resolution_for
from meetings.models import Action, AgendaItem, Attendee, Meeting, Minutes, Resolution
from meetings.services.agendas import lay_agenda
from meetings.services.laying import draft_of
from people.models import Department, User
from projects.models import Party

SITTING = timedelta(minutes=10)


@act
def write_item(*, actor: User, item_uid: UUID, seen_version: int, notes: str) -> AgendaItem:
    """Keep what was said on a topic; if somebody wrote in between, both texts are shown and the person chooses."""
    item = item_for(actor, item_uid, Act.WRITE, lock=True)
    minutes = draft_of(item.meeting)
    if item.notes == notes:
        return item
    if item.version != seen_version:
        raise _conflict(mine=notes, theirs=item.notes, version=item.version)
    item.notes = notes
    item.bump("notes")
    _record_sitting(actor, minutes)
    return item


@act
def write_summary(*, actor: User, meeting_uid: UUID, seen_version: int, summary: str) -> Minutes:
    """Keep the summary of the minutes, under the same rule as the notes."""
    minutes = draft_of(meeting_for(actor, meeting_uid, Act.WRITE, lock=True))
    lay_agenda(minutes.meeting)
    if minutes.summary == summary:
        return minutes
    if minutes.version != seen_version:
        raise _conflict(mine=summary, theirs=minutes.summary, version=minutes.version)
    minutes.summary = summary
    minutes.bump("summary")
    _record_sitting(actor, minutes)
    return minutes


def _conflict(*, mine: str, theirs: str, version: int) -> Conflict:
    return Conflict(
        _("Somebody else wrote here while you were writing. Both texts are kept; choose."),
        mine={"text": mine},
        theirs={"text": theirs, "version": version},
    )


def _record_sitting(actor: User, minutes: Minutes) -> None:
    """Keystrokes are kept in history; for the timeline one sitting of one writer is one act."""
    since = clock.now() - SITTING
    if Event.objects.filter(verb="minutes.written", object_id=minutes.pk, actor=actor, at__gt=since).exists():
        return
    ports.record(actor=actor, verb="minutes.written", subject=minutes, project=minutes.meeting.project, facts={}, tell=())


@act
def add_resolution(*, actor: User, meeting_uid: UUID, text: str, item_uid: UUID | None = None) -> Resolution:
    """Write down a binding result."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    minutes = draft_of(meeting)
    lay_agenda(meeting)
    _refuse_empty(text)
    row = Resolution(minutes=minutes, item=_item(meeting, item_uid), order=_next_order(minutes.resolutions), text=text.strip())
    row.save()
    facts = {"text": row.text}
    ports.record(actor=actor, verb="minutes.resolution_added", subject=minutes, project=meeting.project, facts=facts, tell=())
    return row


@act
def add_action(
    *,
    actor: User,
    meeting_uid: UUID,
    text: str,
    owner: User | None = None,
    department: Department | None = None,
    due_on: date | None = None,
    item_uid: UUID | None = None,
) -> Action:
    """Write down who does what until when."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    minutes = draft_of(meeting)
    lay_agenda(meeting)
    _refuse_empty(text)
    if owner is not None and department is None:
        department = _department_of(meeting, owner)
    row = Action(
        minutes=minutes,
        item=_item(meeting, item_uid),
        order=_next_order(minutes.actions),
        text=text.strip(),
        owner=owner,
        department=department,
        due_on=due_on,
    )
    row.save()
    facts = {"text": row.text, "owner": owner.name if owner else ""}
    ports.record(actor=actor, verb="minutes.action_added", subject=minutes, project=meeting.project, facts=facts, tell=())
    return row


@act
def remove_resolution(*, actor: User, resolution_uid: UUID) -> Minutes:
    """Strike a resolution from a draft; its history stays."""
    row = resolution_for(actor, resolution_uid, Act.WRITE, lock=True)
    return _remove(actor, row, row.minutes)


@act
def remove_action(*, actor: User, action_uid: UUID) -> Minutes:
    """Strike an action from a draft; one that became a task stays."""
    row = action_for(actor, action_uid, Act.WRITE, lock=True)
    if row.task_id is not None:
        raise Refused(_("This action is a task already; cancel the task instead."), code="is_task")
    return _remove(actor, row, row.minutes)


def _remove(actor: User, row: Resolution | Action, minutes: Minutes) -> Minutes:
    meeting = minutes.meeting
    draft_of(meeting)
    facts = {"text": row.text}
    row.delete()
    ports.record(actor=actor, verb="minutes.row_removed", subject=minutes, project=meeting.project, facts=facts, tell=())
    return minutes


def is_written(minutes: Minutes) -> bool:
    """Whether there is anything to distribute: a summary, a note, a resolution or an action."""
    if minutes.summary.strip() or minutes.resolutions.exists() or minutes.actions.exists():
        return True
    return minutes.meeting.agenda.exclude(notes="").exists()


def _item(meeting: Meeting, uid: UUID | None) -> AgendaItem | None:
    return meeting.agenda.filter(uid=uid).first() if uid else None


def _refuse_empty(text: str) -> None:
    if not text.strip():
        raise Refused(_("Write what was agreed."), field="text")


def _next_order(rows: models.Manager) -> int:
    last = rows.order_by("-order").first()
    return last.order + 1 if last else 0


def _department_of(meeting: Meeting, owner: User) -> Department | None:
    """The department an owner speaks for at this meeting, else in this project, else belongs to."""
    attends = Attendee.objects.filter(meeting=meeting, user=owner).select_related("department").first()
    if attends is not None and attends.department is not None:
        return attends.department
    party = (
        Party.objects.filter(project=meeting.project)
        .filter(models.Q(head=owner) | models.Q(liaison=owner))
        .select_related("department")
        .first()
    )
    return party.department if party else owner.department
