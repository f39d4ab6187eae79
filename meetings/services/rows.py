"""Resolutions and actions as rows of the minutes (rule D3): written, changed, struck, taken back."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.amounts import LARGEST
from common.refusals import Conflict, Refused
from meetings.access import Act, action_for, meeting_for, resolution_for
from meetings.models import Action, AgendaItem, Attendee, Meeting, Minutes, Resolution
from meetings.services.agendas import lay_agenda
from meetings.services.laying import draft_of
from meetings.services.writing import last_writer
from people.models import Department, User
from projects.models import Party

CHANGEABLE = ("text", "owner", "department", "due_on", "quantity", "unit")


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
    quantity: Decimal | None = None,
    unit: str = "",
    said: str = "",
    item_uid: UUID | None = None,
) -> Action:
    """Write down who does what until when, and how much; `said` is the line as it was typed."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    minutes = draft_of(meeting)
    lay_agenda(meeting)
    _refuse_empty(text)
    _refuse_quantity(quantity)
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
        quantity=quantity,
        unit=unit if quantity is not None else "",
        said=said[:300],
    )
    row.save()
    facts = {"text": row.text, "owner": owner.name if owner else ""}
    ports.record(actor=actor, verb="minutes.action_added", subject=minutes, project=meeting.project, facts=facts, tell=())
    return row


@act
def change_resolution(*, actor: User, resolution_uid: UUID, seen_version: int | None, text: str) -> Resolution:
    """Say a resolution of a draft in other words."""
    row = resolution_for(actor, resolution_uid, Act.WRITE, lock=True)
    draft_of(row.minutes.meeting)
    _refuse_empty(text)
    _check_seen(row, seen_version, {"text": text})
    _change(actor, row, {"text": text.strip()})
    return row


@act
def change_action(*, actor: User, action_uid: UUID, seen_version: int | None, **fields: Any) -> Action:
    """Change an action of a draft: words, owner, department, day, quantity; one that became a task changes there."""
    row = action_for(actor, action_uid, Act.WRITE, lock=True)
    draft_of(row.minutes.meeting)
    if row.task_id is not None:
        raise Refused(_("This action is a task already; change the task instead."), code="is_task")
    _refuse_empty(fields.get("text", row.text))
    _refuse_quantity(fields.get("quantity"))
    _check_seen(row, seen_version, fields)
    if fields.get("owner") is not None and fields.get("department") is None:
        fields["department"] = _department_of(row.minutes.meeting, fields["owner"])
    _change(actor, row, {name: value for name, value in fields.items() if name in CHANGEABLE})
    return row


def _change(actor: User, row: Resolution | Action, fields: dict[str, Any]) -> None:
    names = [name for name, value in fields.items() if getattr(row, name) != value]
    if not names:
        return
    for name in names:
        setattr(row, name, fields[name])
    row.bump(*names)
    minutes, facts = row.minutes, {"text": row.text}
    verb = "minutes.row_changed"
    ports.record(actor=actor, verb=verb, subject=minutes, project=minutes.meeting.project, facts=facts, tell=())


@act
def remove_resolution(*, actor: User, resolution_uid: UUID, seen_version: int | None = None) -> Minutes:
    """Strike a resolution from a draft; its history stays."""
    row = resolution_for(actor, resolution_uid, Act.WRITE, lock=True)
    return _remove(actor, row, row.minutes, seen_version)


@act
def remove_action(*, actor: User, action_uid: UUID, seen_version: int | None = None) -> Minutes:
    """Strike an action from a draft; one that became a task stays."""
    row = action_for(actor, action_uid, Act.WRITE, lock=True)
    if row.task_id is not None:
        raise Refused(_("This action is a task already; cancel the task instead."), code="is_task")
    return _remove(actor, row, row.minutes, seen_version)


def _remove(actor: User, row: Resolution | Action, minutes: Minutes, seen_version: int | None) -> Minutes:
    meeting = minutes.meeting
    draft_of(meeting)
    _check_seen(row, seen_version, {})
    facts = {"text": row.text}
    row.delete()
    ports.record(actor=actor, verb="minutes.row_removed", subject=minutes, project=meeting.project, facts=facts, tell=())
    return minutes


@act
def restore_resolution(*, actor: User, meeting_uid: UUID, resolution_uid: UUID) -> Resolution:
    """Take back that a resolution was struck."""
    row: Resolution = _restore(actor, meeting_uid, Resolution, resolution_uid)
    return row


@act
def restore_action(*, actor: User, meeting_uid: UUID, action_uid: UUID) -> Action:
    """Take back that an action was struck."""
    row: Action = _restore(actor, meeting_uid, Action, action_uid)
    return row


def _restore(actor: User, meeting_uid: UUID, model: Any, uid: UUID) -> Any:
    """The row as it stood when it was struck, under its own uid and lineage; twice is once."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    minutes = draft_of(meeting)
    there = model.objects.filter(uid=uid, minutes=minutes).first()
    if there is not None:
        return there
    was = model.history.filter(uid=uid, minutes=minutes, history_type="-").order_by("-history_id").first()
    if was is None:
        raise Http404
    row = was.instance
    row.pk = None
    row.item = meeting.agenda.filter(pk=was.item_id).first()
    row.version = was.version + 1
    row.save(force_insert=True)
    facts = {"text": row.text}
    ports.record(actor=actor, verb="minutes.row_restored", subject=minutes, project=meeting.project, facts=facts, tell=())
    return row


def _check_seen(row: Resolution | Action, seen_version: int | None, mine: dict[str, Any]) -> None:
    """What somebody changed meanwhile is looked at before it is changed or struck."""
    if seen_version is not None and seen_version != row.version:
        by = last_writer(row)
        words = _("%s changed this row meanwhile; it stands here as it is now.") % by
        raise Conflict(words, mine=mine, theirs={"text": row.text, "version": row.version, "by": by})


def _item(meeting: Meeting, uid: UUID | None) -> AgendaItem | None:
    return meeting.agenda.filter(uid=uid).first() if uid else None


def _refuse_empty(text: str) -> None:
    if not text.strip():
        raise Refused(_("Write what was agreed."), field="text")


def _refuse_quantity(quantity: Decimal | None) -> None:
    if quantity is not None and not 0 < quantity < LARGEST:
        raise Refused(_("A quantity lies above 0 and below a billion."), field="quantity")


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
