"""Eight threads on PostgreSQL: nobody's report is lost, and no deadlock between sibling reports and the scan."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import close_old_connections, connection

from activity.models import Event
from collab.samples.people import load_people
from common import clock
from common.refusals import Conflict, Refused
from people.models import User
from tests.tracking.build import july, quantified, rollout
from tests.tracking.conftest import project_in_execution
from tracking.figures import computing, last_evening, tree_items
from tracking.models import EveningScan, Report, Risk, Task, TaskFigures
from tracking.services import move_task, place_task, report_progress, scan_evening

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
THREADS = 8


def together(work: list[Callable[[], object]]) -> list[object]:
    """Run at once, each on a connection of its own; gives results or exceptions in order."""
    gate = threading.Barrier(len(work))
    results: list[object] = [None] * len(work)

    def run(number: int) -> None:
        close_old_connections()
        try:
            gate.wait()
            results[number] = work[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_eight_report_on_one_task_and_no_accepted_value_is_missing() -> None:
    people = load_people()
    project = project_in_execution(people)
    row = quantified(people, project)

    def report(done: int) -> Callable[[], object]:
        def run() -> object:
            with clock.at(july(14)):
                return report_progress(actor=people["许知夏"], task_uid=row.uid, done=Decimal(done), seen_version=row.version)

        return run

    results = together([report(number + 1) for number in range(THREADS)])
    accepted = [result for result in results if isinstance(result, Report)]
    refused = [result for result in results if isinstance(result, Conflict)]
    assert len(accepted) == 1
    assert len(accepted) + len(refused) == THREADS
    assert set(Report.objects.values_list("done", flat=True)) == {one.done for one in accepted}
    assert Event.objects.filter(verb="task.progress_reported").count() == len(accepted)
    row.refresh_from_db()
    assert row.done == accepted[0].done


def test_sibling_leaves_are_reported_beside_a_running_scan_without_deadlock() -> None:
    people = load_people()
    project = project_in_execution(people)
    trees = [rollout(people, project) for _ in range(2)]
    leaves = [rows[key] for rows in trees for key in ("T8a", "T8b", "T8c")]
    before = deadlocks()

    def reports(leaf: Task, who: str) -> Callable[[], object]:
        def run() -> object:
            for number in range(1, 7):
                with clock.at(july(20, 18, number)):
                    version = Task.objects.values_list("version", flat=True).get(pk=leaf.pk)
                    report_progress(actor=people[who], task_uid=leaf.uid, done=Decimal(number), seen_version=version)
            return "said"

        return run

    def scans() -> object:
        for day in range(13, 21):
            with clock.at(july(20, 18)):
                scan_evening(project, date(2026, 7, day))
        return "scanned"

    work = [reports(leaf, leaf.assignee.username and leaf.assignee.name) for leaf in leaves] + [scans, scans]
    results = together(work)
    assert results == ["said"] * 6 + ["scanned"] * 2
    assert deadlocks() == before
    assert EveningScan.objects.count() == 8
    assert Report.objects.count() == 36
    assert set(TaskFigures.objects.filter(task__in=leaves).values_list("actual", flat=True)) == {2000, 2400, 1333}
    assert Risk.objects.filter(state="open").count() == 8
    assert Event.objects.filter(verb="scan.run").count() == 8


def one_write(people: dict[str, User], row: Task, dice: random.Random, uids: list[Any], tops: list[Any]) -> None:
    """A report, a drag, or a place elsewhere in the tree, by chance."""
    said = {"actor": people["许知夏"], "task_uid": row.uid, "seen_version": row.version}
    match dice.randrange(6):
        case 0 | 1:
            report_progress(done=row.done + 1, **said)
        case 2:
            move_task(to="in_progress", **said)
        case 3:
            move_task(after_uid=dice.choice([uid for uid in uids if uid != row.uid]), **said)
        case 4:
            place_task(parent_uid=dice.choice(tops), after_uid=dice.choice(uids), **said)
        case 5:
            place_task(parent_uid=row.parent.uid if row.parent else None, before_uid=dice.choice(uids), **said)


def test_eight_move_report_and_place_the_same_tasks_without_deadlock_and_versions_add_up() -> None:
    people = load_people()
    project = project_in_execution(people)
    trees = [rollout(people, project) for _ in range(2)]
    uids = [rows[key].uid for rows in trees for key in ("T8a", "T8b", "T8c")]
    tops = [rows["T8"].uid for rows in trees]
    first = {row.uid: row.version for row in Task.objects.all()}
    before, accepted = deadlocks(), list[Any]()

    def work(seed: int) -> Callable[[], object]:
        dice = random.Random(seed)

        def run() -> object:
            for _number in range(25):
                row = Task.objects.select_related("parent").get(uid=dice.choice(uids))
                with clock.at(july(20, 9)), suppress(Refused):
                    one_write(people, row, dice, uids, tops)
                    accepted.append(row.uid)
            return "done"

        return run

    assert together([work(seed) for seed in range(THREADS)]) == ["done"] * THREADS
    assert deadlocks() == before
    assert len(accepted) > 50
    check_versions(first, Counter(accepted))
    with clock.at(july(20, 9)):
        day = last_evening(project)
        found = computing(project, tree_items(project), [day])(day)
    assert {row.task_id: (row.planned, row.actual) for row in TaskFigures.objects.all()} == found


def check_versions(first: dict[Any, int], accepted: Counter[Any]) -> None:
    """Each task's version rose by its accepted writes, every one of which stands in its history."""
    for row in Task.objects.all():
        assert row.version - first[row.uid] == accepted[row.uid]
        assert set(row.history.values_list("version", flat=True)) == set(range(1, row.version + 1))
