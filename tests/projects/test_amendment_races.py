"""Change control by many at once: an amendment comes into force once, two are not opened together, reports go on beside it."""

from datetime import date, timedelta
from typing import Any

import pytest

from activity.models import Event
from activity.ticking import run_due_clocks
from common import clock
from common.refusals import Refused
from documents.beat import finish_documents
from documents.models import Document
from people.models import User
from projects.models import Amendment
from projects.services.amending import open_amendment
from projects.services.amendments import draft_amendment, save_line
from tests.documents.test_sign_races import together
from tests.tracking.changing import approved, at, clause_of, in_force, later, opened, sign_all, task_of
from tracking.models import Baseline, Slip, Task
from tracking.services import agree_slip, ask_slip, report_progress

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
People = dict[str, User]


def test_two_sweeps_at_once_bring_it_into_force_once_while_people_report(people: People) -> None:
    project = in_force(people)
    with at():
        sales = clause_of(project, "销售部")
        document = sign_all(people, opened(people, approved(people, project, sales)))
    task, tasks = task_of(project, "销售部"), Task.objects.count()
    assert document.object_by is not None
    moment = document.object_by + timedelta(minutes=1)
    with clock.at(moment):
        run_due_clocks()

    def sweep() -> None:
        with clock.at(moment):
            finish_documents()

    def report() -> Any:
        with clock.at(moment):
            return report_progress(actor=people["许知夏"], task_uid=task.uid, done=5, seen_version=task.version)

    answers = together(sweep, report, sweep, sweep)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    document.refresh_from_db()
    task.refresh_from_db()
    sales.refresh_from_db()
    assert document.finished_at is not None
    assert (task.due_on, sales.due_on, task.done) == (date(2026, 8, 11), date(2026, 8, 11), 5)
    assert Event.objects.filter(verb="amendment.in_force").count() == 1
    assert Baseline.objects.filter(document=document).count() == tasks
    assert Document.objects.filter(superseded_by=document).count() == 1


def test_of_two_amendments_opened_at_once_one_is(people: People) -> None:
    project = in_force(people)
    with at():
        first = approved(people, project, clause_of(project, "销售部"))
        second = Amendment.objects.create(memorandum=first.memorandum, number="手工", base=first.base)
        save_line(
            actor=people["周以宁"], amendment_uid=second.uid, seen_version=None, kind="changed",
            clause_uid=clause_of(project, "研发部").uid, **later(clause_of(project, "研发部"), 3),
        )  # fmt: skip

    def opening(amendment: Amendment) -> Any:
        def work() -> Any:
            with at():
                return open_amendment(actor=people["林书瑶"], amendment_uid=amendment.uid, seen_version=None)

        return work

    answers = together(opening(first), opening(second))
    assert sum(isinstance(answer, Document) for answer in answers) == 1
    assert [answer.code for answer in answers if isinstance(answer, Refused)] == ["one_at_a_time"]


def test_of_many_who_begin_a_draft_at_once_all_go_on_with_the_same(people: People) -> None:
    project = in_force(people)

    def begin() -> Any:
        with at():
            return draft_amendment(actor=people["林书瑶"], project_uid=project.uid)

    assert len({answer.pk for answer in together(*[begin] * 4)}) == 1  # type: ignore[attr-defined]


def test_a_double_click_on_a_slip_moves_the_day_once(people: People) -> None:
    project = in_force(people)
    task = task_of(project, "财务部")
    with at():
        slip = ask_slip(actor=people["孟初晴"], task_uid=task.uid, to_due=date(2026, 5, 6), reason="发票晚到")

    def agree() -> Any:
        with at():
            return agree_slip(actor=people["周以宁"], slip_uid=slip.uid)

    answers = together(agree, agree, agree)
    assert all(isinstance(answer, Slip) for answer in answers)
    assert Event.objects.filter(verb="slip.agreed").count() == 1
