"""An action that never became a task is done, or not needed: it is said once, and it no longer comes back (rule D2)."""

from uuid import UUID

from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.refusals import Refused
from meetings.access import Act, action_of
from meetings.models import Action, ActionEnd, Minutes
from people.models import User

VERBS = {ActionEnd.Outcome.DONE: "minutes.action_done", ActionEnd.Outcome.NOT_NEEDED: "minutes.action_not_needed"}
LONGEST = 200


@act
def end_action(*, actor: User, action_uid: UUID, outcome: str, reason: str = "", meeting_uid: UUID | None = None) -> ActionEnd:
    """Say that an action of distributed minutes is done, or not needed and why; its owner hears of it. Twice is once.

    Who keeps the minutes in which it stands says so, or, with `meeting_uid`, those of a meeting to which it was carried over.
    """
    action, reason = action_of(actor, action_uid, Act.WRITE, at=meeting_uid, lock=True), reason.strip()
    if action.minutes.state == Minutes.State.DRAFT:
        raise Refused(_("These minutes are not out yet; strike the action instead."), code="draft")
    if outcome not in ActionEnd.Outcome.values:
        raise Refused(_("Say whether it is done or not needed."), field="outcome")
    if outcome == ActionEnd.Outcome.NOT_NEEDED and not reason:
        raise Refused(_("Say why it is not needed."), field="reason")
    if len(reason) > LONGEST:
        raise Refused(_("At most %s characters.") % LONGEST, field="reason")
    if Action.objects.filter(lineage=action.lineage, task__isnull=False).exists():
        raise Refused(_("This action is a task already; its end is said there."), code="is_task")
    said = {"outcome": outcome, "reason": reason, "by": actor}
    end, made = ActionEnd.objects.get_or_create(lineage=action.lineage, defaults=said)
    if not made and end.outcome != outcome:
        raise Refused(_("Somebody said already what became of it; take that back first."), code="ended")
    if made:
        _record(VERBS[ActionEnd.Outcome(outcome)], actor, action, reason=reason)
    return end


@act
def reopen_action(*, actor: User, action_uid: UUID, meeting_uid: UUID | None = None) -> Action:
    """Take back that an action is done or not needed: it is carried over again. Also while a new version is written."""
    action = action_of(actor, action_uid, Act.WRITE, at=meeting_uid, lock=True)
    end = ActionEnd.objects.select_for_update().filter(lineage=action.lineage).first()
    if end is not None:
        end.delete()
        _record("minutes.action_reopened", actor, _as_told(action))
    return action


def _as_told(action: Action) -> Action:
    """The action as the newest version that is out says it: of a draft nothing is told."""
    if action.minutes.state != Minutes.State.DRAFT:
        return action
    meeting = action.minutes.meeting
    said = Action.objects.filter(lineage=action.lineage, minutes__meeting=meeting).exclude(minutes__state=Minutes.State.DRAFT)
    row = said.select_related("minutes", "owner").order_by("minutes__edition").last()
    if row is None:
        return action
    row.minutes.meeting = meeting
    return row


def _record(verb: str, actor: User, action: Action, **facts: str) -> None:
    minutes = action.minutes
    said = {"text": action.text} | facts
    told = [action.owner] if action.owner is not None else []
    ports.record(actor=actor, verb=verb, subject=minutes, project=minutes.meeting.project, facts=said, tell=told)
