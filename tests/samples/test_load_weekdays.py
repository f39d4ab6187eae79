"""The launch on each weekday at 09:00 and 19:00, as whoever loads it then finds it.

All these loads tell the same story up to the Friday before; that part is walked once.
"""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from activity.models import Clock
from collab.samples import files
from collab.samples.launch import LAUNCH, about_stores, begin
from collab.samples.replay import Walk
from collab.samples.shift import ZONE, weeks_between
from common import clock
from tests.samples.moments import assert_nothing_lies_behind
from tracking.models import Risk

SATURDAY = date(2026, 11, 21)
MOMENTS = [
    clock.local(SATURDAY + timedelta(days), time(hour), ZONE)
    for evening in range(7)
    for days, hour in ((evening, 19), (evening + 1, 9))
]


def test_fourteen_moments_lie_in_the_week_that_begins_on_saturday_evening() -> None:
    assert len(MOMENTS) == 14
    assert {weeks_between(files.load_as_of(LAUNCH), now) for now in MOMENTS} == {18}


@pytest.fixture(scope="module")
def friday(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walk]:
    """The walk up to the Friday before, when no load knows yet on which day it will be."""
    with django_db_blocker.unblock(), transaction.atomic():
        sample = files.load(LAUNCH, 18)
        walk = begin(sample, MOMENTS[-1])
        walk.until(clock.local(SATURDAY - timedelta(1), time(16), ZONE))
        yield walk
        transaction.set_rollback(True)


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: f"{now.astimezone(ZoneInfo(ZONE)):%a-%H}")
def test_nothing_is_in_the_future_and_the_risk_is_as_the_weekday_has_it(friday: Walk, now: datetime) -> None:
    with transaction.atomic():
        walk = deepcopy(friday)
        walk.expect(about_stores(walk.story.sample, now))
        story = walk.until(now)
        assert_nothing_lies_behind(now)
        risk = Risk.objects.get(task__uid=story.tasks["T8c"])
        assert risk.opened_at == clock.local(SATURDAY, time(18), ZONE)
        recovered = clock.local(SATURDAY + timedelta(6), time(17), ZONE)
        assert risk.state == ("open" if now < recovered else "monitoring")
        assert not Risk.objects.exclude(pk=risk.pk).filter(state="open").exists()
        running = Clock.objects.get(kind="minutes", stopped_at__isnull=True, title__contains="华北铺货")
        assert running.due_at == now + timedelta(hours=22)
        transaction.set_rollback(True)
