"""Reporting progress: versions, limits, states, roll-up, and the deviation risk at a report."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from activity.models import Event, Notice
from common import clock
from common.refusals import Conflict, NeedsConfirmation, Refused
from projects.models import Project
from tests.tracking.build import People, july, quantified, rollout, say, task
from tracking.models import Report, Risk
from tracking.services import move_task, report_progress

pytestmark = pytest.mark.django_db


def test_the_first_report_begins_a_task_and_the_whole_amount_finishes_it(people: People, project: Project) -> None:
    row = quantified(people, project)
    say(people, row, Decimal(8), at=july(17))
    assert (row.state, row.done, row.started_at, row.finished_at) == ("in_progress", 8, july(17), None)
    say(people, row, Decimal(45), at=july(18))
    assert (row.state, row.finished_at, row.started_at) == ("done", july(18), july(17))
    assert Event.objects.filter(verb="task.progress_reported").count() == 2
    assert list(row.reports.values_list("done", "before")) == [(45, 8), (8, 0)]


def test_a_second_writer_is_shown_both_values(people: People, project: Project) -> None:
    row = quantified(people, project)
    seen = row.version
    say(people, row, Decimal(8), at=july(17), by="周以宁")
    with pytest.raises(Conflict) as caught, clock.at(july(17, 18)):
        report_progress(actor=people["许知夏"], task_uid=row.uid, done=Decimal(9), seen_version=seen)
    assert caught.value.mine["done"] == 9
    assert caught.value.theirs["done"] == 8
    assert caught.value.theirs["who"] == people["周以宁"]
    assert caught.value.theirs["at"] == july(17)
    assert Report.objects.count() == 1


def test_above_the_target_asks_to_confirm_and_below_the_last_for_a_reason(people: People, project: Project) -> None:
    row = quantified(people, project)
    with pytest.raises(NeedsConfirmation) as caught:
        say(people, row, Decimal(46), at=july(17))
    assert caught.value.need == "confirm"
    say(people, row, Decimal(46), at=july(17), confirm=True)
    assert row.state == "done"
    with pytest.raises(NeedsConfirmation) as caught:
        say(people, row, Decimal(30), at=july(18))
    assert caught.value.need == "reason"
    say(people, row, Decimal(30), at=july(18), reason="三家退货")
    assert (row.state, row.finished_at, row.done) == ("in_progress", None, 30)
    assert row.figures.actual == 6667


@pytest.mark.parametrize("done", ["-1", "0.001", "NaN", "4501", "Infinity"])
def test_what_is_no_total_is_refused_at_its_field(people: People, project: Project, done: str) -> None:
    row = quantified(people, project)
    with pytest.raises(Refused) as caught:
        say(people, row, Decimal(done), at=july(17), confirm=True)
    assert caught.value.field == "done"


def test_a_percentage_ends_at_a_hundred(people: People, project: Project) -> None:
    row = task(people, project)
    with pytest.raises(Refused):
        say(people, row, Decimal(101), at=july(17), confirm=True)
    say(people, row, Decimal(100), at=july(17))
    assert row.state == "done"


def test_a_task_with_parts_is_reported_on_its_parts(people: People, project: Project) -> None:
    rows = rollout(people, project)
    with pytest.raises(Refused) as caught:
        say(people, rows["T8"], Decimal(10), at=july(17))
    assert caught.value.code == "has_parts"


def test_the_whole_follows_its_parts(people: People, project: Project) -> None:
    rows = rollout(people, project)
    for key, done in (("T8a", 14), ("T8b", 10), ("T8c", 12)):
        say(people, rows[key], Decimal(done), at=july(20))
    whole = rows["T8"]
    whole.refresh_from_db()
    assert whole.state == "in_progress"
    assert (whole.figures.planned, whole.figures.actual) == (3500, 3600)  # planned of the last evening passed
    for key, done in (("T8a", 30), ("T8b", 25), ("T8c", 45)):
        say(people, rows[key], Decimal(done), at=july(28))
    whole.refresh_from_db()
    assert (whole.state, whole.finished_at) == ("done", july(28))
    say(people, rows["T8c"], Decimal(44), at=july(29), reason="一家撤柜")
    whole.refresh_from_db()
    assert (whole.state, whole.finished_at) == ("in_progress", None)


def test_before_18_a_report_opens_a_risk_only_when_late_on_yesterdays_plan_too(people: People, project: Project) -> None:
    row = task(people, project, starts_on=date(2026, 7, 10), due_on=date(2026, 7, 20))  # 10 points a day
    say(people, row, Decimal(60), at=july(18, 10))  # 70 planned yesterday, 80 today: 10.00 and 20.00
    assert not Risk.objects.exists()
    say(people, row, Decimal("59.99"), at=july(18, 17, 59), reason="x")  # 10.01 and 20.01
    risk = Risk.objects.get()
    assert (risk.state, risk.day, risk.planned, risk.actual, risk.deviation) == ("open", date(2026, 7, 17), 7000, 5999, 1001)
    say(people, row, Decimal("69.99"), at=july(18, 17, 59))  # 10.01 behind today
    risk.refresh_from_db()
    assert risk.state == "open"
    say(people, row, Decimal(70), at=july(18, 17, 59))
    risk.refresh_from_db()
    assert (risk.state, risk.day, risk.deviation, risk.spells) == ("monitoring", date(2026, 7, 18), 1000, 1)
    say(people, row, Decimal("69.99"), at=july(18, 18, 0), reason="x")  # from 18:00 today's plan counts
    risk.refresh_from_db()
    assert (risk.state, risk.spells, risk.recovered_at) == ("open", 2, None)
    assert list(Event.objects.filter(verb__startswith="risk.").order_by("id").values_list("verb", flat=True)) == [
        "risk.opened", "risk.recovered", "risk.opened",
    ]  # fmt: skip


def test_liaison_assignee_and_lead_hear_of_a_risk(people: People, project: Project) -> None:
    rows = rollout(people, project)
    say(people, rows["T8c"], Decimal(1), at=july(25), by="郭砚秋")
    event = Event.objects.filter(verb="risk.opened", title="华北区铺货").get()
    told = set(Notice.objects.filter(event=event).values_list("reader__name", flat=True))
    assert told == {"许知夏", "郭砚秋", "周以宁", "林书瑶"}


def test_moves_on_the_board_are_reports(people: People, project: Project) -> None:
    row = quantified(people, project)

    def go(to: str, **more: object) -> None:
        with clock.at(july(16)):
            move_task(actor=people["许知夏"], task_uid=row.uid, to=to, seen_version=row.version, **more)
        row.refresh_from_db()

    go("in_progress")
    assert (row.state, row.done, row.reports.count()) == ("in_progress", 0, 1)
    go("done")
    assert (row.state, row.done) == ("done", 45)
    with pytest.raises(NeedsConfirmation):
        go("in_progress", done=Decimal(40))
    go("in_progress", done=Decimal(40), reason="五家退货")
    assert (row.state, row.done) == ("in_progress", 40)
    with pytest.raises(NeedsConfirmation):
        go("not_started")
    go("not_started", reason="重新开始")
    assert (row.state, row.done, row.started_at) == ("not_started", 0, None)
    with pytest.raises(Refused):
        go("awaiting_acceptance")
    with pytest.raises(Refused):
        go("not_started", reason="x")


def test_who_may_report(people: People, project: Project) -> None:
    rows = rollout(people, project)
    for name in ("许知夏", "蒋明远", "郭砚秋", "林书瑶", "周以宁"):
        say(people, rows["T8c"], Decimal(5), at=july(17), by=name)
    for name in ("沈嘉禾", "程子昂", "陆景行"):  # another department's liaison, another part's assignee, an executive
        with pytest.raises(PermissionDenied):
            say(people, rows["T8c"], Decimal(5), at=july(17), by=name)
    for name in ("霍思远",):
        with pytest.raises(Http404):
            say(people, rows["T8c"], Decimal(5), at=july(17), by=name)


def test_before_the_memorandum_only_an_incident_has_tasks(people: People, project: Project) -> None:
    row = quantified(people, project)
    Project.objects.filter(pk=project.pk).update(state="kickoff")
    with pytest.raises(Refused) as caught:
        say(people, row, Decimal(5), at=july(17))
    assert caught.value.code == "too_early"
    Project.objects.filter(pk=project.pk).update(scenario="incident")
    say(people, row, Decimal(5), at=july(17))


def test_a_report_costs_the_same_with_many_siblings(
    people: People, project: Project, django_assert_max_num_queries: object
) -> None:
    whole = task(people, project)
    parts = [task(people, project, f"第{number}批", parent=whole) for number in range(12)]
    with django_assert_max_num_queries(30):
        say(people, parts[3], Decimal(20), at=july(14))
