"""Eight threads on PostgreSQL save at once: one wins, the others see its value; no circle slips in between two."""

import threading
from collections.abc import Callable

import pytest
from django.db import close_old_connections, connection

from activity.models import Event
from collab.samples.people import load_people
from common.refusals import Conflict, Refused
from projects.models import NodeDependency, Project
from projects.services.goal import save_kpi
from projects.services.nodes import save_node
from projects.services.project import start_project
from tests import build

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


def test_of_eight_who_saw_the_same_version_one_saves_and_seven_see_what_was_saved() -> None:
    people = load_people()
    project = build.with_liaison(people, build.started(people))
    kpi = save_kpi(actor=people["林书瑶"], project_uid=project.uid, name="首月销售额", said="500万元")

    def save(number: int) -> Callable[[], object]:
        said = f"{510 + number}万元"
        return lambda: save_kpi(
            actor=people["周以宁" if number % 2 else "林书瑶"],
            project_uid=project.uid,
            row_uid=kpi.uid,
            seen_version=1,
            said=said,
        )

    results = together([save(number) for number in range(THREADS)])
    lost = [result for result in results if isinstance(result, Conflict)]
    kpi.refresh_from_db()
    assert (len(lost), kpi.version) == (THREADS - 1, 2)
    assert {conflict.theirs["said"] for conflict in lost} == {kpi.said}
    assert Event.objects.filter(verb="kpi.edited").count() == 1


def test_two_who_close_a_circle_from_both_ends_do_not_both_succeed() -> None:
    people = load_people()
    project = build.started(people)
    head = people["林书瑶"]
    department = project.initiating_dept
    one, two = (save_node(actor=head, project_uid=project.uid, name=name, department=department) for name in ("甲", "乙"))
    results = together(
        [
            lambda: save_node(actor=head, project_uid=project.uid, row_uid=one.uid, needs=[two]),
            lambda: save_node(actor=head, project_uid=project.uid, row_uid=two.uid, needs=[one]),
        ]
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert NodeDependency.objects.count() == 1


def test_eight_starts_are_one() -> None:
    people = load_people()
    project = build.draft(people)
    results = together([lambda: start_project(actor=people["林书瑶"], project_uid=project.uid)] * THREADS)
    assert sum(isinstance(result, Refused) for result in results) == THREADS - 1
    assert Project.objects.get().parties.count() == 1
    assert Event.objects.filter(verb="project.started").count() == 1


def test_eight_drafts_get_eight_codes() -> None:
    people = load_people()
    results = together([lambda: build.draft(people)] * THREADS)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(set(Project.objects.values_list("code", flat=True))) == THREADS
