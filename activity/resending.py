"""Sending again what a mail server refused or what was withheld: the same message, to the same or another address."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from activity.jobs import ring_outbox
from activity.models import Delivery
from activity.seeing import may_see
from common import clock
from common.moves import move
from common.refusals import Refused

LONGEST = 254  # characters of an address
AGAIN = (Delivery.State.BOUNCED, Delivery.State.WITHHELD)


def send_again(delivery_pk: int, address: str = "") -> Delivery:
    """Put a mail back into the outbox, inside the act's transaction; without an address, to the person's present one.

    The Message-ID stays: it is one chain of attempts, each kept with the address it went to; the person's own address is
    not changed. Refused for what was accepted or is on its way, for an address that is none, and for whoever may not see it.
    """
    row = Delivery.objects.select_for_update(of=("self",)).select_related("notice__event", "notice__reader").get(pk=delivery_pk)
    if row.state not in AGAIN:
        raise Refused(_("This mail is on its way or was accepted; it is not sent again."), code="not_refused")
    wanted = address.strip() or row.notice.reader.email or ""
    _check(wanted)
    if not may_see(row.notice.reader, row.notice.event):
        raise Refused(_("This person may not see it (any more); nothing is sent."), code="withheld")
    move(row, Delivery.State.PENDING, address=wanted, next_attempt_at=clock.now(), token=None, lease_until=None)
    row.save(update_fields=["state", "address", "next_attempt_at", "token", "lease_until"])
    ring_outbox()
    return row


def _check(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as trouble:
        raise Refused(_("This is no mail address."), field="address", code="address") from trouble
    if len(address) > LONGEST:
        raise Refused(_("This is no mail address."), field="address", code="address")
