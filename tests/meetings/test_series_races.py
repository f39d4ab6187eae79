"""At the same instant: two schedulers plan, the calendar changes, a person moves; no meeting is doubled, none is lost."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction

from common import clock
from common.refusals import Conflict
from meetings.beat import plan_meetings
from meetings.models import Meeting, Series
from meetings.services import change_following, edit_series, move_meeting, start_series
from people import working_days
from people.models import DayOverride, User, WorkDay
from projects.models import Project
from tests.documents.test_sign_races import together

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
People = dict[str, User]
NOW = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def weekly(project: Project) -> Series:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(NOW):
        return start_series(
            actor=None, project_uid=project.uid, kind="weekly", rule="weekly", minutes=30, at=time(10),
            first_on=date(2026, 4, 17), last_on=None,
        )  # fmt: skip


@pytest.fixture
def _calendar_as_before(transactional_db: None) -> Iterator[None]:
    """The days that a test with real commits changed are again as they were: other tests read the same table."""
    yield
    with clock.at(NOW), transaction.atomic():
        DayOverride.objects.all().delete()
        working_days._lock()
        working_days._recompute()
    assert WorkDay.objects.get(day=date(2026, 5, 25)).is_workday


def plan(at: datetime) -> object:
    with clock.at(at):
        plan_meetings()
    return None


def weeks(series: Series) -> Counter[date]:
    days = series.meetings.values_list("series_day", flat=True)
    return Counter(day - timedelta(day.weekday()) for day in days if day is not None)


def test_schedulers_that_plan_at_once_make_each_meeting_once(weekly: Series) -> None:
    later = NOW + timedelta(weeks=4)
    answers = together(*[lambda: plan(later)] * 6)
    assert answers == [None] * 6
    assert set(weeks(weekly).values()) == {1}
    assert max(weeks(weekly)) == date(2026, 6, 22)


@pytest.mark.usefixtures("_calendar_as_before")
def test_while_the_calendar_changes_and_schedulers_plan_no_meeting_is_doubled_or_left_on_a_day_off(
    weekly: Series, people: People
) -> None:
    later = NOW + timedelta(weeks=1)

    def off() -> object:
        with clock.at(later):
            working_days.set_days(actor=people["毕以恒"], first=date(2026, 5, 25), is_workday=False, note="厂休")
        return None

    assert together(off, *[lambda: plan(later)] * 4) == [None] * 5
    plan(later + timedelta(minutes=1))
    assert set(weeks(weekly).values()) == {1}
    assert weekly.meetings.get(series_day=date(2026, 5, 25)).starts_at == datetime(2026, 5, 26, 2, 0, tzinfo=UTC)


def test_of_a_move_and_a_change_of_all_that_follow_one_comes_second_and_is_shown_both(weekly: Series, people: People) -> None:
    meeting = Meeting.objects.get(series_day=date(2026, 5, 11))
    said = {"meeting_uid": meeting.uid, "seen_version": meeting.version}
    day = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)

    def move() -> object:
        with clock.at(NOW):
            return move_meeting(actor=people["周以宁"], starts_at=day, ends_at=day + timedelta(hours=1), **said)

    def follow() -> object:
        with clock.at(NOW):
            at = day + timedelta(days=1)
            return change_following(actor=people["林书瑶"], starts_at=at, ends_at=at + timedelta(hours=1), **said)

    def edit() -> object:
        with clock.at(NOW):
            return edit_series(actor=people["林书瑶"], series_uid=weekly.uid, seen_version=1, at=time(9), minutes=30)

    answers = together(move, follow, edit)
    failed = [answer for answer in answers if isinstance(answer, Exception)]
    assert failed
    assert {type(answer) for answer in failed} == {Conflict}
    assert set(weeks(weekly).values()) == {1}
