"""The evening scan: boundaries, twice is once, missed evenings, relapse, what counts as of that 18:00."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from activity.models import Event
from common import clock
from projects.models import Project
from tests.tracking.build import People, july, moment, quantified, rollout, say, task
from tracking.beat import scan_evenings
from tracking.models import EveningScan, Risk, Task, TaskFigures
from tracking.services import close_risk, missed_evenings, scan_evening

pytestmark = pytest.mark.django_db
WINDOW = {"starts_on": date(2026, 7, 10), "due_on": date(2026, 7, 20)}  # ten points a day


def scan(project: Project, day: int) -> EveningScan | None:
    with clock.at(july(day, 18)):
        return scan_evening(project, date(2026, 7, day))


@pytest.mark.parametrize(
    ("done", "deviation", "flagged"),
    [("80.01", -1001, False), ("70", 0, False), ("60.01", 999, False), ("60", 1000, False), ("59.99", 1001, True)],
)
def test_the_threshold_is_passed_strictly(people: People, project: Project, done: str, deviation: int, flagged: bool) -> None:
    row = task(people, project, **WINDOW)
    say(people, row, Decimal(done), at=july(16))
    scan(project, 17)
    row.refresh_from_db()
    assert row.figures.deviation == deviation
    assert Risk.objects.filter(task=row).exists() == flagged


def test_no_dates_no_risk_and_neither_when_done_or_cancelled(people: People, project: Project) -> None:
    task(people, project, starts_on=None, due_on=None)
    done = task(people, project, **WINDOW)
    say(people, done, Decimal(100), at=july(11))
    cancelled = task(people, project, **WINDOW)
    Task.objects.filter(pk=cancelled.pk).update(state="cancelled")
    scan(project, 25)
    assert not Risk.objects.exists()


def test_a_task_cancelled_while_at_risk_is_watched_no_more(people: People, project: Project) -> None:
    row = task(people, project, **WINDOW)
    scan(project, 18)
    assert Risk.objects.get().state == "open"
    Task.objects.filter(pk=row.pk).update(state="cancelled")
    scan(project, 19)
    assert Risk.objects.get().state == "monitoring"


def test_twice_is_once(people: People, project: Project) -> None:
    rollout(people, project)
    assert scan(project, 25) is not None
    events, history = Event.objects.count(), Risk.history.count()
    assert Risk.objects.count() == 4
    assert scan(project, 25) is None
    assert (Event.objects.count(), Risk.history.count(), EveningScan.objects.count()) == (events, history, 1)
    assert Event.objects.filter(verb="scan.run").get().facts == {
        "day": "2026-07-25", "opened": 4, "recovered": 0, "tasks": 4, "planned": 6500, "actual": 0,
    }  # fmt: skip


def test_an_evening_that_has_not_come_is_not_scanned(people: People, project: Project) -> None:
    with clock.at(july(20, 17, 59)), pytest.raises(ValueError):
        scan_evening(project, date(2026, 7, 20))


def test_relapse_opens_the_same_row_again_and_only_a_person_closes(people: People, project: Project) -> None:
    row = task(people, project, **WINDOW)
    scan(project, 12)
    risk = Risk.objects.get()
    assert (risk.state, risk.day, risk.planned, risk.deviation, risk.opened_at) == (
        "open", date(2026, 7, 12), 2000, 2000, july(12, 18),
    )  # fmt: skip
    scan(project, 13)
    risk.refresh_from_db()
    assert (risk.deviation, risk.spells) == (3000, 1)
    say(people, row, Decimal(40), at=july(14))
    risk.refresh_from_db()
    assert (risk.state, risk.recovered_at) == ("monitoring", july(14))
    scan(project, 14)
    with clock.at(july(15, 9)):
        close_risk(actor=people["蒋明远"], risk_uid=risk.uid, seen_version=risk.version, reason="已追上")
    risk.refresh_from_db()
    assert (risk.state, risk.closed_at, risk.spells) == ("closed", july(15, 9), 1)
    scan(project, 15)
    scan(project, 16)
    risk.refresh_from_db()
    assert (risk.state, risk.closed_at, risk.spells, risk.opened_at) == ("open", None, 2, july(16, 18))
    assert Risk.objects.count() == 1
    assert [one.state for one in risk.history.order_by("history_id")] == [
        "open", "open", "monitoring", "closed", "open",
    ]  # fmt: skip


def test_missed_evenings_are_made_up_in_order_as_of_each_18(people: People, project: Project) -> None:
    row = task(people, project, **WINDOW)
    scan(project, 11)
    say(people, row, Decimal(15), at=july(12, 10))
    say(people, row, Decimal(70), at=july(15, 10))
    with clock.at(july(16, 9)):
        assert missed_evenings(project) == [date(2026, 7, day) for day in (12, 13, 14, 15)]
        scan_evenings()
        assert missed_evenings(project) == []
        scan_evenings()
    spells = Event.objects.filter(verb__startswith="risk.").order_by("id").values_list("verb", "facts__day")
    assert list(spells) == [("risk.opened", "2026-07-13"), ("risk.recovered", "2026-07-15")]
    assert EveningScan.objects.count() == 5
    risk = Risk.objects.get()
    assert risk.opened_at == july(13, 18)
    assert row.figures == TaskFigures.objects.get(planned=5000, actual=7000, deviation=-2000)


def test_what_was_reported_after_18_is_not_that_evenings_but_counts_now(people: People, project: Project) -> None:
    row = task(people, project, **WINDOW)
    say(people, row, Decimal(70), at=july(14, 18, 1))  # late on the evening of the 14th: 0 of 40
    with clock.at(july(14, 18, 2)):
        scan_evening(project, date(2026, 7, 14))
    risk = Risk.objects.get()
    assert (risk.state, risk.closed_as, risk.spells) == ("closed", "not_updated", 1)  # never reported since the 10th: stale
    assert Event.objects.filter(verb="risk.opened").get().facts["deviation"] == "40.00"
    row.refresh_from_db()
    assert (row.figures.planned, row.figures.actual) == (4000, 7000)


def test_the_beat_scans_what_is_in_execution_and_nothing_else(people: People, project: Project) -> None:
    task(people, project, **WINDOW)
    for change in ({"state": "archived"}, {"state": "execution", "hold": "suspended"}, {"hold": "none", "state": "kickoff"}):
        Project.objects.filter(pk=project.pk).update(**change)
        with clock.at(july(18, 19)):
            scan_evenings()
        assert not EveningScan.objects.exists()
    Project.objects.filter(pk=project.pk).update(scenario="incident")
    with clock.at(july(18, 17, 59)):
        scan_evenings()
    assert list(EveningScan.objects.order_by("day").values_list("day", flat=True)) == [
        date(2026, 7, 1) + timedelta(apart) for apart in range(17)
    ]  # fmt: skip


def test_the_whole_and_its_part_are_judged_each(people: People, project: Project) -> None:
    rows = rollout(people, project)
    for key, done in (("T8a", 14), ("T8b", 10), ("T8c", 12)):
        say(people, rows[key], Decimal(done), at=july(20))
    scan(project, 20)
    flagged = Risk.objects.filter(state="open")  # the whole was late until the last part had reported
    assert list(flagged.values_list("title", "planned", "actual", "deviation")) == [("华北区铺货", 4000, 2667, 1333)]
    whole = TaskFigures.objects.get(task=rows["T8"])
    assert (whole.planned, whole.actual, whole.deviation) == (4000, 3600, 400)


def test_a_day_off_is_scanned_as_well_and_counts_nothing_on_workdays(people: People, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(progress_basis="workdays")
    project.refresh_from_db()
    row = task(people, project, starts_on=date(2026, 9, 28), due_on=date(2026, 10, 10))
    shown = []
    for day in (date(2026, 10, 7), date(2026, 10, 8), date(2026, 10, 9)):
        with clock.at(moment(day, 18)):
            scan_evening(project, day)
        row.refresh_from_db()
        shown.append(TaskFigures.objects.get(task=row).planned)
    assert shown == [4000, 6000, 8000]


def test_costs_do_not_grow_with_the_tasks(people: People, project: Project, django_assert_max_num_queries: object) -> None:
    whole = quantified(people, project, 1000)
    row = task(people, project, parent=whole)
    copies = [
        Task(
            project=project, department=row.department, title=f"{n}", parent=whole, root=whole, level=1,
            created_at=july(1), done=70, **WINDOW,
        )
        for n in range(200)
    ]  # fmt: skip
    Task.objects.bulk_create(copies)
    # with nothing remembered: a process's first scan also reads two content types and prepares two statements (PostgreSQL)
    with django_assert_max_num_queries(31):
        scan(project, 17)
