"""Background work of the outbox: what is due is sent, one message per recipient; and pictures of files are drawn."""

import logging
import time
from collections import deque
from collections.abc import Sequence
from datetime import timedelta

from celery import shared_task
from django.conf import settings

from activity import outbox
from activity.mail import BadAddress, Mail, write
from activity.models import Attachment, Delivery
from activity.postman import Answer, Postman
from activity.previews import draw_ahead
from common.doorbell import ring, ring_later

log = logging.getLogger(__name__)

ONE_RUN = 30.0  # seconds; what is left is rung for again, behind whatever else waits
ONE_BAG = 10.0  # after which its readers' rights are asked anew
SOONEST, LATEST = timedelta(seconds=15), timedelta(minutes=5)  # of the next look at what waits
SOON = 1.0  # after which higher apps hear of what was sent


@shared_task
def deliver_mail() -> None:
    """Send what is due; stops when the mail server cannot be reached. Whoever leaves some to do calls a colleague."""
    if not settings.MAIL_CONFIGURED:
        return
    try:
        _deliver()
    finally:
        _come_back()


def _come_back() -> None:
    """Whatever waits for another attempt, or is in doubt, does not wait for a scheduler: it may be away."""
    wait = outbox.next_wait()
    if wait is not None:
        ring_later("activity.jobs.deliver_mail", int(min(max(wait, SOONEST), LATEST).total_seconds()))


def _deliver() -> None:
    outbox.give_up_leases()
    end = time.monotonic() + ONE_RUN
    with Postman() as postman:
        alone = True
        while bag := outbox.claim():
            if alone and outbox.has_more():
                alone = False
                ring_outbox()
            if not send(bag, postman):
                return
            if time.monotonic() > end:
                ring_outbox()
                return


@shared_task
def draw_previews(file_pk: int) -> None:
    """Draw the pictures of a file that was just attached."""
    file = Attachment.objects.filter(pk=file_pk, removed_at__isnull=True).first()
    if file is not None and file.is_shown:
        draw_ahead(file)


def ring_outbox() -> None:
    """Ring the doorbell once this transaction is committed."""
    ring("activity.jobs.deliver_mail")


def send(bag: Sequence[Delivery], postman: Postman) -> bool:
    """Send a bag of claimed mails; each is marked as soon as the server has answered. False when there is no server."""
    course, began = Round(postman), time.monotonic()
    waiting = deque((row, _written(row)) for row in bag)
    goes_on = True
    while waiting and goes_on and time.monotonic() - began < ONE_BAG:
        course.turn(*waiting.popleft())
        goes_on = course.answer is None or course.answer.outcome != "no server"
    course.end()
    outbox.put_back([row for row, _mail in waiting])
    return goes_on


def _written(row: Delivery) -> Mail | Answer:
    """The message, or why there is none: a bad address is as good as refused, anything else may go better later."""
    try:
        return write(row)
    except BadAddress as wrong:
        return Answer("bounced", f"{row.address}: {wrong}"[:500])
    except Exception as trouble:
        log.exception("mail %s could not be written; tried again later", row.message_id)
        return Answer("later", f"{type(trouble).__name__}: {trouble}"[:500])


class Round:
    """One bag on its way: which mail is on the wire, what the server said of it, and of which others nobody has heard yet."""

    def __init__(self, postman: Postman) -> None:
        self.postman = postman
        self.row: Delivery | None = None
        self.answer: Answer | None = None
        self.sha256 = ""
        self.sent: list[Delivery] = []
        self.since = time.monotonic()

    def turn(self, row: Delivery, mail: Mail | Answer) -> None:
        """Mark the last mail and put this one on the wire, in one commit; then hand it over."""
        begun = self._pass_on(row)
        self.row, self.answer = (row, None) if begun else (None, None)
        if isinstance(mail, Answer):
            self.answer = mail
        elif begun and outbox.lasts(row, Postman.LONGEST):
            self.answer, self.sha256 = self.postman.hand_over(mail.raw, mail.recipient), mail.sha256
        if time.monotonic() - self.since > SOON:
            self._tell()

    def end(self) -> None:
        """Mark the last one."""
        self._pass_on(None)
        self._tell()

    def _pass_on(self, following: Delivery | None) -> bool:
        row, answer = self.row, self.answer
        said = (row, answer, self.sha256) if row is not None and answer is not None else None
        self.row, self.sha256 = None, ""
        marked, begun = outbox.pass_on(said, following)
        if marked and said is not None and said[1].outcome == "sent":
            self.sent.append(said[0])
        return begun

    def _tell(self) -> None:
        if self.sent:
            outbox.let_know(self.sent)
        self.sent, self.since = [], time.monotonic()
