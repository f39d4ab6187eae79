"""On the room's screen a promise says the same word under matters as on its department's page (rule D2)."""

from datetime import date, timedelta

import pytest

from meetings import room
from meetings.agenda import Word, parts_of
from meetings.beat import plan_meetings
from meetings.models import Meeting
from people.models import User
from projects.models import Project
from tests.meetings.test_agenda import FIRST, monday, weekly_on
from tests.tracking import changing
from tests.tracking.build import moment
from tracking.models import Slip, Task, TaskFigures

People = dict[str, User]


@pytest.fixture
def launch(people: People) -> Project:
    return changing.in_force(people)


def late_at(launch: Project, day: date = FIRST) -> tuple[Task, Meeting]:
    """A promise that is late stands on the agenda of this day, which is written down."""
    task = changing.task_of(launch, "研发部")
    Task.objects.filter(pk=task.pk).update(due_on=day - timedelta(3), starts_on=None)
    with monday(day):
        plan_meetings()
    task.refresh_from_db()
    return task, weekly_on(launch, day)


def words_of(meeting: Meeting, task: Task) -> tuple[Word | None, Word]:
    """The word of a task under matters, and on the page of its department."""
    shown = [one for page in room.pages_of(meeting) for one in room.matters_on(meeting, page)]
    (matter,) = [one for one in shown if one.item.subject == f"tracking.task:{task.uid}"]
    (part,) = [part for part in parts_of(meeting) if part.department.pk == task.department_id]
    line = next(line for line in [*part.progress, *part.plan] if line.uid == str(task.uid))
    return matter.word, line.word


def test_one_that_was_moved_since_says_so_on_both(launch: Project, people: People) -> None:
    task, _meeting = late_at(launch)
    with monday(hour=10, minute=5):
        assert words_of(weekly_on(launch, FIRST), task) == (Word.UNDONE, Word.UNDONE)
    assert task.clause is not None
    with monday(hour=10, minute=10):
        Slip.objects.create(
            task=task, clause=task.clause, from_due=FIRST - timedelta(3), to_due=FIRST + timedelta(4), state="agreed",
            workdays=5, reason="等样品", asked_by=people["沈嘉禾"], giver=people["沈嘉禾"], receiver=people["许知夏"],
            ended_at=moment(FIRST, 10, 10),
        )  # fmt: skip
        Task.objects.filter(pk=task.pk).update(due_on=FIRST + timedelta(4))
        assert words_of(weekly_on(launch, FIRST), task) == (Word.MOVED, Word.MOVED)


@pytest.mark.parametrize(("done_on", "word"), [(FIRST - timedelta(4), Word.ON_TIME), (FIRST, Word.MOVED)])
def test_one_that_was_done_late_is_not_said_to_be_on_time(launch: Project, done_on: date, word: Word) -> None:
    task, _meeting = late_at(launch)
    with monday(hour=10, minute=15):
        Task.objects.filter(pk=task.pk).update(
            state="done", done=100, finished_at=moment(done_on, 9, 50), reported_at=moment(FIRST, 9, 50)
        )
        TaskFigures.objects.filter(task=task).update(planned=10000, actual=10000, deviation=0)
        assert words_of(weekly_on(launch, FIRST), task) == (word, word)
