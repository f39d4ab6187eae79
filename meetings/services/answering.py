"""Who says whether he comes to a meeting (rule D1): answered on its page, asked again when it moves."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from common import clock, ports
from common.acts import act
from common.refusals import Refused, Unseen
from meetings.access import Act, meeting_for
from meetings.models import Attendee, Meeting
from meetings.services import roles
from people.models import User

Answer = Attendee.Answer
VERBS = {
    Answer.ACCEPTED: "meeting.accepted",
    Answer.TENTATIVE: "meeting.perhaps",
    Answer.DECLINED: "meeting.declined",
}


@act
def answer_invitation(*, actor: User, meeting_uid: UUID, answer: str, seen_sequence: int | None) -> Attendee:
    """Say for oneself whether one comes, until the meeting begins; chair and minute taker hear of it when one does not.

    One answers to what one saw (`seen_sequence`): not to a time or place to which the meeting was moved meanwhile.
    """
    meeting = meeting_for(actor, meeting_uid, Act.ANSWER, lock=True)
    if meeting.state != Meeting.State.PLANNED:
        raise Refused(_("This meeting does not wait for an answer any more."), code="not_planned")
    if meeting.starts_at <= clock.now():
        raise Refused(_("The meeting has begun; who is there is noted in its minutes."), code="begun")
    if seen_sequence is None:
        raise Unseen
    if seen_sequence != meeting.sequence:
        raise Refused(_("This meeting was changed meanwhile. Load the page again, look, and then answer."), code="moved")
    if answer not in VERBS:
        raise Refused(_("Say whether you come, perhaps come, or cannot come."), field="answer", code="answer")
    row = meeting.attendees.select_for_update(of=("self",)).get(user=actor, in_copy=False)
    if row.answer == answer:
        return row
    row.answer, row.answered_at = answer, clock.now()
    row.save(update_fields=["answer", "answered_at"])
    told = roles.keepers_of(meeting) if answer != Answer.ACCEPTED else []
    ports.record(actor=actor, verb=VERBS[Answer(answer)], subject=meeting, project=meeting.project, facts={}, tell=told)
    return row


def ask_again(meetings: Sequence[Meeting]) -> None:
    """These meetings are at another time now: what people answered to the earlier one counts no more. Inside that act."""
    rows = list(Attendee.objects.filter(meeting__in=meetings).exclude(answer=Answer.NONE))
    for row in rows:
        row.answer, row.answered_at = Answer.NONE, None
    if rows:
        bulk_update_with_history(rows, Attendee, ["answer", "answered_at"], default_date=clock.now())
