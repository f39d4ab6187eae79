"""Several who draft, propose and answer in the same second, on PostgreSQL: numbers once, one answer each."""

from collections.abc import Callable
from datetime import date

import pytest

from collab.samples.people import load_people
from common import clock
from common.refusals import Conflict, Refused
from documents.services import object_to
from projects.models import ClauseRemark, Memorandum, Project
from projects.services.asking import answer_resource
from projects.services.clauses import save_clause
from projects.services.memorandum import draft_memorandum
from projects.services.remarks import decline, remark_on_clause, take_over
from tests import build as launch
from tests.documents import build
from tests.projects.test_save_races import THREADS, together

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def then(work: Callable[[], object]) -> Callable[[], object]:
    """The work on the day of the kick-off: the time is said anew in each thread."""

    def run() -> object:
        with clock.at(build.MOMENT):
            return work()

    return run


def test_eight_clauses_added_at_once_take_eight_numbers_behind_those_that_were_out() -> None:
    with build.at():
        people = load_people()
        document = build.opened(people)
        object_to(actor=people["蒋明远"], document_uid=document.uid, reason="店数太多")
        project = Project.objects.get(pk=document.project_id)
        department = launch.departments()["市场部"]

    def add(number: int) -> Callable[[], object]:
        who, said = people["周以宁" if number % 2 else "林书瑶"], {"text": f"第{number}项", "deliverable": "清单"}
        day = date(2026, 6, 24)
        return then(lambda: save_clause(actor=who, project_uid=project.uid, department=department, due_on=day, **said))

    together([add(number) for number in range(THREADS)])
    found = set(project.memoranda.get().clauses.values_list("number", flat=True))
    assert found == {f"2.{n}" for n in range(1, 7 + THREADS)}


def test_eight_memoranda_begun_at_once_take_eight_numbers() -> None:
    with build.at():
        people = load_people()
        projects = [launch.started(people, name=f"项目{n}") for n in range(THREADS)]
    results = together(
        [then(lambda row=row: draft_memorandum(actor=people["林书瑶"], project_uid=row.uid)) for row in projects]  # type: ignore[misc]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert set(Memorandum.objects.values_list("number", flat=True)) == {f"市协〔2026〕{n}号" for n in range(1, THREADS + 1)}


def test_a_counter_text_taken_over_and_declined_at_once_has_one_answer() -> None:
    with build.at():
        people = load_people()
        project, memorandum = build.drafted(people)
        clause = memorandum.clauses.get(number="2.5")
        remark = remark_on_clause(actor=people["许知夏"], project_uid=project.uid, clause_uid=clause.uid, quantity=80)
    said = {"project_uid": project.uid, "remark_uid": remark.uid}
    results = together(
        [
            then(lambda: take_over(actor=people["周以宁"], **said)),
            then(lambda: decline(actor=people["林书瑶"], answer="不变", **said)),
        ]
    )
    assert len([result for result in results if isinstance(result, Refused)]) == 1
    remark = ClauseRemark.objects.get()
    clause.refresh_from_db()
    assert (remark.state, clause.quantity) in {("taken", 80), ("declined", 100)}


def test_head_and_liaison_who_answer_a_request_at_once_do_not_overwrite_each_other() -> None:
    with build.at():
        people = load_people()
        project, _memorandum = build.drafted(people)
        need = project.resources.get()
    said = {"project_uid": project.uid, "need_uid": need.uid, "seen_version": need.version}
    results = together(
        [
            then(lambda: answer_resource(actor=people["贺立川"], state="agreed", **said)),
            then(lambda: answer_resource(actor=people["田牧野"], state="declined", answer="没有人手", **said)),
        ]
    )
    assert len([result for result in results if isinstance(result, Conflict)]) == 1
    need.refresh_from_db()
    assert need.state in ("agreed", "declined")
