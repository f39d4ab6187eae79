"""Replays a sample project through the services, with the clock set to each act; nothing leaves the application."""

import sys
from bisect import insort
from collections.abc import Iterable
from datetime import datetime

from django.utils import translation

from activity.models import ClockStep
from activity.ticking import run_step
from collab.samples import beginning, issues, papers, work  # noqa: F401  they tell the steps
from collab.samples.acts import Act, Line
from collab.samples.files import Sample
from collab.samples.people import read
from collab.samples.story import Story, steps
from common import acts, clock
from people.models import Department, User

LAST = sys.maxsize


class Walk:
    """A walk through the acts of a sample project; what follows from an act joins those still to be done."""

    def __init__(self, sample: Sample, people: dict[str, User], todo: list[Act]) -> None:
        departments = {row.name: row for row in Department.objects.select_related("head")}
        self.story = Story(sample, people, departments, read("people")["liaison_authority"])
        self.todo = todo

    def until(self, now: datetime) -> Story:
        """Do everything that was done up to `now`, each act at its time."""
        moment = None
        with acts.nothing_leaves(), translation.override("zh-hans"):
            while self.todo and self.todo[0].moment <= now:
                act = self.todo.pop(0)
                if act.moment != moment:
                    self.run_clocks(act.moment)
                moment = act.moment
                with clock.at(moment):
                    steps[act.what](self.story, self.story.people.get(act.who), **act.facts)
                self.expect(self.story.expected)
                self.story.expected.clear()
            self.run_clocks(now)
        return self.story

    def expect(self, lines: Iterable[Line]) -> None:
        """Further acts, each in its place; those of one moment behind the ones that stand there."""
        for line in lines:
            insort(self.todo, Act(line[0], LAST, *line[1:]))

    def run_clocks(self, until: datetime) -> None:
        """Let each clock of the project do what was due before `until`, at the moment it was due."""
        while True:
            due = ClockStep.objects.filter(
                clock__project_id=self.story.project_id, clock__stopped_at__isnull=True, done_at__isnull=True, at__lte=until
            )
            step = due.order_by("at", "pk").first()
            if step is None:
                return
            with acts.nothing_leaves(), translation.override("zh-hans"), clock.at(step.at):
                run_step(step.pk)
