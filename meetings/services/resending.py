"""Having minutes sent again to one person: a mail server refused them, or they were withheld by mistake (rule D4)."""

from uuid import UUID

from django.utils.translation import gettext as _

from activity.models import Delivery
from activity.resending import send_again
from common import ports
from common.acts import act
from common.refusals import Refused
from meetings.access_certificate import line_for
from meetings.models import MinutesReader
from meetings.services import roles
from people.models import User


@act
def resend_minutes(*, actor: User, minutes_uid: UUID, reader_uid: UUID, address: str = "") -> MinutesReader:
    """The mail goes out again, to another address if one is given; when it is accepted its reader is reached.

    Whoever was excused is owed the minutes again. The reader, and who answers for the minutes, hear of it in the application, so
    that nothing goes to an address unnoticed.
    """
    reader = line_for(actor, minutes_uid, reader_uid)
    minutes = reader.minutes
    mail = Delivery.objects.filter(
        notice__event=minutes.event_id, notice__reader=reader.user_id, channel=Delivery.Channel.MAIL
    ).first()
    if mail is None:
        raise Refused(_("No mail went to this person; the minutes were told in the application."), code="no_mail")
    sent = send_again(mail.pk, address)  # its lock comes first, as where a mail is marked
    line = minutes.readers.select_for_update(of=("self",)).get(pk=reader.pk)
    if line.excused_at is not None:
        line.excused_at, line.excuse = None, ""
        line.save(update_fields=["excused_at", "excuse"])
    facts = {"reader": reader.user.name, "edition": minutes.edition, "address": sent.address}
    told = [reader.user, *roles.keepers_of(minutes.meeting)]
    ports.record(actor=actor, verb="minutes.resent", subject=minutes, project=minutes.meeting.project, facts=facts, tell=told)
    return reader
