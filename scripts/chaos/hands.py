"""The people of a run: they distribute minutes by hand and leave projects, each at the planned moment of the product's clock.

Part `hands MEETINGS ATTENDEES SEED DONE` of scripts.chaos.child; a line in the file DONE for each act that is done.
"""

import logging
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from common import clock
from meetings.models import Meeting
from meetings.services import publish_minutes
from people.models import User
from projects.models import Participant
from scripts.chaos.plan import BEGINS, LEFT, Gone, Held, address, plan, title

log = logging.getLogger(__name__)


def publish(row: Held) -> None:
    """The chair distributes."""
    meeting = Meeting.objects.select_related("chair").get(title=title(row.number))
    publish_minutes(actor=meeting.chair, meeting_uid=meeting.uid)


def leave(row: Gone) -> None:
    """One is taken off the project's list, another's account is disabled."""
    user = User.objects.get(email=address(row.project, row.seat))
    if row.how == LEFT:
        Participant.objects.filter(user=user).delete()
        return
    user.is_active = False
    user.save(update_fields=["is_active"])


def main() -> None:
    """Do each act once, at its moment or as soon after it as we get to it; one that fails is tried again."""
    said = plan(*(int(word) for word in sys.argv[1:4]))
    acts: list[tuple[timedelta, Callable[[], None]]] = [
        (row.by_hand, partial(publish, row)) for row in said.meetings if row.by_hand is not None
    ]
    acts += [(row.at, partial(leave, row)) for row in said.gone]
    with open(sys.argv[4], "a", encoding="utf-8") as out:
        for at, act in sorted(acts, key=lambda row: row[0]):
            while clock.now() < BEGINS + at:
                time.sleep(0.02)
            try:
                act()
            except Exception:
                log.exception("an act failed")
                out.write("failed ")
            out.write(f"{clock.now().isoformat()}\n")
            out.flush()
