"""Loads the sample organisation and the launch project, replayed to now (rule I1)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from collab.samples import files
from collab.samples.acts import DAY, Line, acts_of, at
from collab.samples.people import load_people
from collab.samples.replay import Walk
from collab.samples.shift import weeks_between
from collab.samples.story import Story, step
from common import acts, clock
from common.refusals import Refused
from meetings.models.meeting import Kind
from meetings.services import call_meeting
from people.models import User

LAUNCH = "new-product-launch"
JOINED_BEFORE = 30 * DAY
ENDED_AGO = timedelta(hours=2)
LASTED = timedelta(minutes=45)
STORES = "T8c"


def are_loaded() -> bool:
    """Whether sample data is in this database."""
    return User.objects.filter(is_sample=True).exists()


def load_launch(*, until: datetime | None = None, shift: bool = True) -> Story:
    """Make the sample organisation and its launch project, all or nothing, up to `until` (default: now)."""
    now = until or clock.now()
    if are_loaded():
        raise Refused(_("Sample data is loaded already."), code="loaded")
    if now > clock.now():
        raise Refused(_("That evening has not come yet: nothing is dated in the future."), code="future")
    sample = files.load(LAUNCH, weeks_between(files.load_as_of(LAUNCH), now) if shift else 0)
    if now < at(sample.start, 18):
        raise Refused(_("The sample project begins on %s.") % sample.start.isoformat(), code="early")
    with acts.nothing_leaves(), transaction.atomic():
        walk = begin(sample, now)
        walk.expect(about_stores(sample, now))
        return walk.until(now)


def begin(sample: files.Sample, now: datetime) -> Walk:
    """The organisation, whose people were there before the project, at the beginning of the walk to `now`."""
    with clock.at(at(sample.start, 9) - JOINED_BEFORE):
        people = load_people()
    return Walk(sample, people, acts_of(sample, now))


def about_stores(sample: files.Sample, now: datetime) -> Iterator[Line]:
    """One more meeting, on the stores of the north, ended two hours before now: the clock of its minutes runs."""
    ended = now.replace(second=0, microsecond=0) - ENDED_AGO
    stores = sample.task(STORES)
    if ended - DAY > at(stores.start, 9):
        chair = sample.party(stores.dept).liaison
        lead = sample.party(sample.project["lead_dept"]).liaison
        yield ended - DAY, "call_about_stores", lead, {"ended": ended, "chair": chair, "others": [stores.owner, lead]}


@step
def call_about_stores(story: Story, actor: User, ended: datetime, chair: str, others: list[str]) -> None:
    """Called a day before by the lead's liaison; nobody has written its minutes yet."""
    meeting = call_meeting(
        actor=actor,
        project_uid=story.uid,
        kind=Kind.OTHER,
        title="华北铺货进度碰头会",
        starts_at=ended - LASTED,
        ends_at=ended,
        chair=story.people[chair],
        attendees=[story.people[name] for name in others],
    )
    story.expected.append((ended, "end_meeting", chair, {"meeting": meeting.uid}))
