"""At the same instant a measure and the action that it comes from are made tasks: one task, and nobody waits for ever (D7)."""

from collections.abc import Callable

import pytest

from common import clock
from meetings.models import Action
from meetings.services import action_to_task, actions_to_tasks
from people.models import User
from projects.models import Project
from tests.documents.racing import together
from tests.meetings.test_coordination import call
from tests.meetings.test_solution_measures import AFTER, DUE, department, said_at
from tests.tracking.conftest import project_in_execution
from tests.tracking.test_races import deadlocks
from tracking.models import Measure, Task
from tracking.services import measure_to_task, solve_issue
from tracking.services.issues import Asked

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
People = dict[str, User]


@pytest.fixture
def project(people: People) -> Project:
    return project_in_execution(people)


def after(work: Callable[[], object]) -> Callable[[], object]:
    """The work, done when the meeting is over (the clock of a thread is its own)."""

    def done() -> object:
        with clock.at(AFTER):
            return work()

    return done


def test_a_measure_and_its_action_made_tasks_at_once_are_one(people: People, project: Project) -> None:
    lead = people["周以宁"]
    for _round in range(4):
        Measure.objects.all().delete()
        Action.objects.all().delete()
        Task.objects.all().delete()
        meeting = call(people, project)
        rows = said_at(people, meeting)
        issue = meeting.issue
        assert issue is not None
        asked = [Asked(text, department("生产部"), DUE) for text in ("备料 20 箱", "加急空运")]
        with clock.at(AFTER):
            solve_issue(actor=lead, issue_uid=issue.uid, seen_version=None, solution="启用替代料", measures=asked, as_tasks=False)
        measures = {row.text: row.uid for row in issue.measures.all()}
        before = deadlocks()
        works: list[Callable[[], object]] = [
            lambda uid=measures["备料 20 箱"]: measure_to_task(actor=lead, measure_uid=uid),
            lambda uid=rows["备料 20 箱"].uid: action_to_task(actor=lead, action_uid=uid),
            lambda uid=measures["加急空运"]: measure_to_task(actor=lead, measure_uid=uid),
            lambda uid=meeting.uid: actions_to_tasks(actor=lead, meeting_uid=uid),
        ]
        answers = together(*[after(work) for work in works])
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        assert sorted(issue.project.tasks.values_list("title", flat=True)) == ["加急空运", "备料 20 箱", "支付空运费"]
        for text, uid in measures.items():
            assert Measure.objects.get(uid=uid).task == Action.objects.get(pk=rows[text].pk).task
        assert deadlocks() == before
