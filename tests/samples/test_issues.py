"""The conference's issue, told by the loader's own steps at the times of the file (rule D7)."""

from datetime import timedelta

import pytest

from activity.models import Clock, Event, Notice
from activity.ticking import run_due_clocks
from collab.samples import files, issues
from collab.samples.acts import acts_of
from collab.samples.story import Story
from common import clock
from meetings.models import Meeting
from people.models import User
from tests.samples import builder
from tracking.models import Issue
from tracking.queries.issues import lines_of

pytestmark = pytest.mark.django_db
People = dict[str, User]


def told(people: People, name: str, issue: str) -> Story:
    """One issue of a sample, from its registration to its solution; the scheduler ticks every ten minutes."""
    sample = files.load(name)
    story = builder.begin(sample, people)
    row = next(row for row in sample.issues if row.id == issue)
    acts = [act for act in acts_of(sample, row.solved_at) if act.facts.get("row") == row]
    assert [act.what for act in acts] == ["register", "call_on_issue", "solve"]
    moment = acts[0].moment
    while acts:
        while acts and acts[0].moment <= moment:
            act = acts.pop(0)
            with clock.at(act.moment):
                getattr(issues, act.what)(story, people[act.who], **act.facts)
        with clock.at(moment):
            run_due_clocks()
        moment += timedelta(minutes=10)
    return story


def test_the_solution_of_the_led_controller_came_90_minutes_late_and_that_is_recorded_told_and_shown(people: People) -> None:
    told(people, "customer-conference", "I1")
    issue = Issue.objects.get()
    running = Clock.objects.get(kind="solution")
    assert issue.raised_at == files.moment("2026-09-15T18:00")
    assert running.due_at == running.breached_at == files.moment("2026-09-16T18:00")
    assert issue.solved_at == running.stopped_at == files.moment("2026-09-16T19:30")
    assert lines_of([issue])[0].late_by == timedelta(minutes=90)
    verbs = Event.objects.filter(verb__startswith="issue.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["issue.registered", "issue.reminded", "issue.reminded", "issue.breached", "issue.solved_late"]
    escalated = set(Notice.objects.filter(event__verb="issue.breached").values_list("reader__name", flat=True))
    assert {"陆景行", "林书瑶", "邵云舟", "温可言"} <= escalated  # senior management, the lead, the heads of 技术部 and 行政部


def test_the_meeting_on_it_took_place_an_hour_after_its_registration(people: People) -> None:
    told(people, "customer-conference", "I1")
    meeting = Meeting.objects.get(kind="coordination")
    assert (meeting.issue, meeting.chair.name) == (Issue.objects.get(), "裴念安")
    assert meeting.starts_at == files.moment("2026-09-15T19:00")
