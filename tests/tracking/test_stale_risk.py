"""Stale is not late (rule F1): a figure older than two workdays is asked for before a cause is."""

from datetime import date
from decimal import Decimal

import pytest

from activity.models import Event
from common import clock
from projects.models import Project
from tests.tracking.build import People, july, rollout, say, task
from tracking.models import Risk
from tracking.scan_sql import heard_until
from tracking.services import answer_risk, scan_evening

pytestmark = pytest.mark.django_db
WINDOW = {"starts_on": date(2026, 7, 10), "due_on": date(2026, 7, 30)}  # five points a day; the 13th is a Monday


def scan(project: Project, day: int) -> Risk:
    with clock.at(july(day, 18)):
        scan_evening(project, date(2026, 7, day))
    return Risk.objects.get()


@pytest.mark.parametrize(
    ("reported", "scanned", "stale"),
    [(13, 13, False), (13, 15, False), (13, 16, True), (10, 14, False), (10, 15, True), (17, 21, False), (17, 22, True)],
)
def test_a_figure_holds_for_two_workdays(people: People, project: Project, reported: int, scanned: int, stale: bool) -> None:
    row = task(people, project, **WINDOW)
    say(people, row, Decimal(0), at=july(reported, 9))
    risk = scan(project, scanned)
    assert (risk.state, risk.is_stale) == ("open", stale)


def test_the_last_day_that_is_old() -> None:
    assert heard_until(date(2026, 7, 16)) == date(2026, 7, 13)
    assert heard_until(date(2026, 7, 19)) == date(2026, 7, 14)  # a Sunday counts as its Friday
    assert heard_until(date(2026, 10, 8)) == date(2026, 9, 28)  # the National Day holiday is no workday


def test_a_report_that_brings_it_under_closes_it_at_once_as_not_updated(people: People, project: Project) -> None:
    row = task(people, project, **WINDOW)
    say(people, row, Decimal(5), at=july(13))
    assert scan(project, 16).is_stale
    say(people, row, Decimal(40), at=july(17))
    risk = Risk.objects.get()
    assert (risk.state, risk.closed_as, risk.closed_at, risk.is_stale) == ("closed", "not_updated", july(17), False)
    assert Event.objects.latest("id").verb == "task.progress_reported"
    assert Event.objects.filter(verb="risk.not_updated").count() == 1
    assert scan(project, 18).state == "closed"
    relapsed = scan(project, 25)
    assert (relapsed.state, relapsed.spells, relapsed.closed_as, relapsed.is_stale) == ("open", 2, "", True)


def test_a_report_that_leaves_it_over_makes_it_a_risk_like_any_other(people: People, project: Project) -> None:
    row = task(people, project, **WINDOW)
    say(people, row, Decimal(5), at=july(13))
    assert scan(project, 16).is_stale
    say(people, row, Decimal(6), at=july(17))
    risk = Risk.objects.get()
    assert (risk.state, risk.is_stale, risk.actual) == ("open", False, 600)
    say(people, row, Decimal(60), at=july(17, 17, 30))
    risk.refresh_from_db()
    assert (risk.state, risk.closed_as) == ("monitoring", "")


def test_an_open_risk_whose_figure_grows_old_asks_for_it_unless_a_measure_was_given(people: People, project: Project) -> None:
    row = task(people, project, **WINDOW)
    say(people, row, Decimal(1), at=july(15))
    assert not scan(project, 15).is_stale
    assert scan(project, 20).is_stale
    risk = Risk.objects.get()
    with clock.at(july(20, 19)):
        answer_risk(
            actor=people["许知夏"], risk_uid=risk.uid, seen_version=risk.version, cause="supplier", measure="换供应商",
            owner=people["许知夏"], due_on=date(2026, 7, 30),
        )  # fmt: skip
    assert not scan(project, 21).is_stale
    say(people, row, Decimal(90), at=july(22))
    assert Risk.objects.get().state == "monitoring"


def test_what_was_never_reported_is_stale_from_its_start_on(people: People, project: Project) -> None:
    task(people, project, starts_on=date(2026, 7, 10), due_on=date(2026, 7, 20))
    assert not scan(project, 13).is_stale  # a Friday's start: one workday
    assert not scan(project, 14).is_stale
    assert scan(project, 15).is_stale


def test_a_whole_is_stale_when_nothing_open_below_was_reported(people: People, project: Project) -> None:
    rows = rollout(people, project)
    say(people, rows["T8a"], Decimal(30), at=july(13))
    say(people, rows["T8b"], Decimal(1), at=july(21))
    with clock.at(july(22, 18)):
        scan_evening(project, date(2026, 7, 22))
    found = {risk.task.pk: risk.is_stale for risk in Risk.objects.filter(state="open").select_related("task")}
    assert found == {rows["T8b"].pk: False, rows["T8c"].pk: True, rows["T8"].pk: False}
    with clock.at(july(24, 18)):
        scan_evening(project, date(2026, 7, 24))
    assert Risk.objects.get(task=rows["T8"]).is_stale  # what is done is not asked for
