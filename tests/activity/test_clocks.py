"""Clocks: each step once, late after an outage, whoever ticks; the breach is recorded."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction

from activity.models import Clock, ClockStep, Event
from activity.services import start_clock, stop_clock
from activity.ticking import run_due_clocks
from common import clock, ports
from people.models import User
from projects.models import Project
from tests.activity.conftest import NOON, VERB

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "tests.minutes"
HOUR = timedelta(hours=1)


@pytest.fixture
def done(project: Project, people: dict[str, User]) -> Iterator[list[str]]:
    """What the clock's handler was asked to do; each time it tells 周以宁."""
    steps: list[str] = []

    def step(row: Clock, kind: str) -> None:
        steps.append(kind)
        ports.record(actor=None, verb=VERB, subject=project, project=project, facts={"what": kind}, tell=[people["周以宁"]])

    ports.on_clock(KIND, step)
    yield steps
    ports.clocks.pop(KIND)


@pytest.fixture
def row(project: Project) -> Clock:
    """Due after 24 hours; reminds 8 and 2 hours before, acts 90 minutes before."""
    due = NOON + 24 * HOUR
    steps = {"remind_8": due - 8 * HOUR, "remind_2": due - 2 * HOUR, "act": due - 1.5 * HOUR}
    with clock.at(NOON), transaction.atomic():
        return start_clock(subject=project, kind=KIND, due_at=due, steps=steps, project=project)


def tick(after: timedelta) -> int:
    with clock.at(NOON + after):
        return run_due_clocks()


def test_each_step_is_done_once_at_its_moment(row: Clock, done: list[str]) -> None:
    for minute in range(15 * 60, 25 * 60, 7):
        tick(timedelta(minutes=minute))
    assert done == ["remind_8", "remind_2", "act", "breach"]
    row.refresh_from_db()
    assert row.breached_at is not None
    assert row.breached_at - row.due_at < timedelta(minutes=7)


def test_after_an_outage_it_catches_up_in_order(row: Clock, done: list[str]) -> None:
    assert tick(30 * HOUR) == 4
    assert done == ["remind_8", "remind_2", "act", "breach"]
    assert tick(31 * HOUR) == 0


def test_a_stopped_clock_does_nothing_more(row: Clock, done: list[str], project: Project) -> None:
    tick(17 * HOUR)
    with clock.at(NOON + 18 * HOUR):
        stop_clock(subject=project, kind=KIND)
    assert tick(30 * HOUR) == 0
    assert done == ["remind_8"]
    row.refresh_from_db()
    assert row.breached_at is None


def test_a_clock_stopped_too_late_is_breached_though_nobody_ticked(row: Clock, done: list[str], project: Project) -> None:
    with clock.at(NOON + 25 * HOUR):
        stop_clock(subject=project, kind=KIND)
    assert tick(26 * HOUR) == 1
    assert done == ["breach"]
    row.refresh_from_db()
    assert row.breached_at is not None


def test_a_step_that_fails_holds_up_no_other_and_is_tried_again(row: Clock, done: list[str], project: Project) -> None:
    fails = True

    def step(_row: Clock, kind: str) -> None:
        done.append(kind)
        if kind == "act" and fails:
            Project.objects.filter(pk=project.pk).update(name="halb")
            raise RuntimeError("no minutes")

    ports.on_clock(KIND, step)
    assert tick(25 * HOUR) == 3
    project.refresh_from_db()
    assert project.name == "华北上市"
    fails = False
    assert tick(25 * HOUR) == 1
    assert done == ["remind_8", "remind_2", "act", "breach", "act"]


def test_setting_a_clock_anew_begins_from_the_start(row: Clock, done: list[str], project: Project) -> None:
    tick(25 * HOUR)
    with clock.at(NOON + 26 * HOUR), transaction.atomic():
        start_clock(subject=project, kind=KIND, due_at=NOON + 50 * HOUR, project=project)
    row.refresh_from_db()
    assert row.is_running
    assert row.breached_at is None
    tick(51 * HOUR)
    assert done.count("breach") == 2


def test_a_kind_that_nobody_answers_for_still_records_its_breach(row: Clock) -> None:
    tick(25 * HOUR)
    row.refresh_from_db()
    assert row.breached_at is not None
    assert not ClockStep.objects.filter(done_at__isnull=True).exists()


@pytest.mark.races
def test_two_ticks_at_once_do_each_step_once(row: Clock, done: list[str]) -> None:
    gate = threading.Barrier(4)

    def one() -> None:
        try:
            gate.wait()
            tick(25 * HOUR)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    said = [event.facts["what"] for event in Event.objects.filter(verb=VERB).order_by("pk")]
    assert sorted(said) == sorted(["remind_8", "remind_2", "act", "breach"])
