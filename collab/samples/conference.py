"""Loads the conference: kicked off, its memorandum signed by some of the heads, as it stood on the evening of `load_as_of`."""

from datetime import datetime

from collab.samples import files
from collab.samples.acts import SCANNED_AT, acts_of
from collab.samples.replay import Walk
from collab.samples.shift import ZONE, weeks_between
from collab.samples.story import Story
from common import clock
from people.models import User

CONFERENCE = "customer-conference"


def load_conference(*, people: dict[str, User], now: datetime, shift: bool = True) -> Story | None:
    """Make the conference among people who are there; None where the evening on which it is shown has not come."""
    sample = files.load(CONFERENCE, weeks_between(files.load_as_of(CONFERENCE), now) if shift else 0)
    evening = shown_from(sample)
    if now < evening:
        return None
    walk = Walk(sample, people, acts_of(sample, evening))
    story = walk.until(evening)
    walk.run_clocks(now)  # what was due since then was done when it was due, not when somebody loads this
    return story


def shown_from(sample: files.Sample) -> datetime:
    """The evening as of which the conference stands."""
    return clock.local(sample.project["load_as_of"], SCANNED_AT, ZONE)
