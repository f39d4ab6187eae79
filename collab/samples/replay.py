"""Replays a sample project through the services, with the clock set to each act; nothing leaves the application."""

from bisect import insort
from collections.abc import Sequence
from datetime import datetime
from itertools import count

from django.utils import translation

from activity.models import ClockStep
from activity.ticking import run_step
from collab.samples import beginning, papers, work  # noqa: F401  they tell the steps
from collab.samples.acts import Act, Line, acts_of
from collab.samples.files import Sample
from collab.samples.people import read
from collab.samples.story import Story, steps
from common import acts, clock
from people.models import Department, User


def replay(sample: Sample, people: dict[str, User], now: datetime, extra: Sequence[Line] = ()) -> Story:
    """Do everything that was done in a sample project up to `now`, and what is `extra`, each act at its time."""
    departments = {row.name: row for row in Department.objects.select_related("head")}
    story = Story(sample, people, departments, read("people")["liaison_authority"])
    todo = acts_of(sample, now, extra)
    order = count(len(todo))
    with acts.nothing_leaves(), translation.override("zh-hans"):
        while todo:
            act = todo.pop(0)
            _run_clocks(story, act.moment)
            with clock.at(act.moment):
                steps[act.what](story, people.get(act.who), **act.facts)
            for moment, *rest in story.expected:
                if moment <= now:
                    insort(todo, Act(moment, next(order), *rest))
            story.expected.clear()
        _run_clocks(story, now)
    return story


def _run_clocks(story: Story, until: datetime) -> None:
    """Let each clock of the project do what was due before `until`, at the moment it was due."""
    while True:
        due = ClockStep.objects.filter(
            clock__project_id=story.project_id, clock__stopped_at__isnull=True, done_at__isnull=True, at__lte=until
        )
        step = due.order_by("at", "pk").first()
        if step is None:
            return
        with clock.at(step.at):
            run_step(step.pk)
