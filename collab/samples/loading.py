"""The sample projects together: all of them or none."""

from datetime import datetime

from django.db import transaction

from collab.samples.conference import load_conference
from collab.samples.launch import load_launch
from collab.samples.story import Story
from common import clock


@transaction.atomic
def load_samples(*, until: datetime | None = None, shift: bool = True) -> list[Story]:
    """The launch, told up to `until` (default: now), and the conference where it is shown by then; one organisation for both.

    Errors: Refused when sample data is there already, or the moment is one that no sample can be told up to.
    """
    now = until or clock.now()
    launch = load_launch(until=until, shift=shift)
    conference = load_conference(people=launch.people, now=now, shift=shift)
    return [story for story in (launch, conference) if story is not None]
