"""Threads on PostgreSQL: of two who solve an issue one does, and a solution beside the breach leaves one story (rule D7)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from activity.models import Clock, Event
from activity.ticking import run_due_clocks
from collab.samples.people import load_people
from common import clock
from common.refusals import Refused
from tests.tracking.conftest import project_in_execution
from tests.tracking.issues import DUE, asked, raw_material
from tests.tracking.test_races import deadlocks, together
from tracking.models import Issue, Measure, Task
from tracking.services import measure_to_task, solve_issue

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
SECOND = timedelta(seconds=1)


def test_of_two_who_solve_it_at_once_one_does_and_its_measures_are_tasks_once() -> None:
    people = load_people()
    project = project_in_execution(people)
    issue = raw_material(people, project)
    before = deadlocks()

    def solve(by: str) -> Callable[[], object]:
        def run() -> object:
            with clock.at(DUE - SECOND):
                return solve_issue(
                    actor=people[by], issue_uid=issue.uid, seen_version=issue.version, solution=by,
                    measures=[asked("换料", "生产部", DUE.date())],
                )  # fmt: skip

        return run

    results = together([solve(name) for name in ("周以宁", "林书瑶", "周以宁", "林书瑶")])
    solved = [row for row in results if isinstance(row, Issue)]
    assert len(solved) == 1
    assert all(isinstance(row, Issue | Refused) for row in results)
    assert (Measure.objects.count(), Task.objects.count()) == (1, 1)
    assert Event.objects.filter(verb="issue.solved").count() == 1
    assert deadlocks() == before


def test_a_solution_beside_the_breach_of_three_schedulers_leaves_one_story() -> None:
    people = load_people()
    project = project_in_execution(people)
    for _round in range(6):
        issue = raw_material(people, project)
        before = deadlocks()

        def solve(one: Issue = issue) -> object:
            with clock.at(DUE - SECOND):
                return solve_issue(actor=people["周以宁"], issue_uid=one.uid, seen_version=None, solution="换料")

        def tick() -> object:
            with clock.at(DUE + SECOND):
                return run_due_clocks()

        results = together([tick, solve, tick, tick])
        assert not [row for row in results if isinstance(row, Exception)]
        issue.refresh_from_db()
        running = Clock.objects.get(object_id=issue.pk, kind="solution")
        breaches = Event.objects.filter(verb="issue.breached", object_id=issue.pk).count()
        assert (issue.state, running.stopped_at) == ("solved", DUE - SECOND)
        assert breaches == (0 if running.breached_at is None else 1)
        assert deadlocks() == before


def test_a_measure_that_many_make_a_task_is_one() -> None:
    people = load_people()
    project = project_in_execution(people)
    issue = raw_material(people, project)
    with clock.at(DUE - SECOND):
        measures = [asked("换料", "生产部", DUE.date())]
        solve_issue(
            actor=people["周以宁"], issue_uid=issue.uid, seen_version=None, solution="换料", measures=measures, as_tasks=False
        )
    measure = Measure.objects.get()

    def make(by: str) -> Callable[[], object]:
        def run() -> object:
            with clock.at(DUE):
                return measure_to_task(actor=people[by], measure_uid=measure.uid)

        return run

    results = together([make(name) for name in ("周以宁", "田牧野", "林书瑶", "贺立川")])
    assert {row.pk for row in results if isinstance(row, Task)} == {Task.objects.get().pk}
    assert len(results) == 4
