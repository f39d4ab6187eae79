"""The work calendar (rule D1): official days, the week of the house, its own exceptions; no process answers from old ones."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Event, Notice
from common.refusals import Conflict, Refused, Unseen
from people import calendar, official_days, working_days
from people.models import DayOverride, User, WorkCalendar, WorkDay
from people.official_days import Week
from people.queries import organisation
from people.year import Sort, year_of

pytestmark = pytest.mark.django_db
People = dict[str, User]

# the General Office of the State Council on the days off of each year: 国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号
OFF = {
    2024: ("01-01", "02-10 02-17", "04-04 04-06", "05-01 05-05", "06-10", "09-15 09-17", "10-01 10-07"),
    2025: ("01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"),
    2026: ("01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"),
}
MADE_UP = {
    2024: ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    2025: ("01-26", "02-08", "04-27", "09-28", "10-11"),
    2026: ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
}


def each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def days_of(year: int, said: tuple[str, ...]) -> set[date]:
    found: set[date] = set()
    for span in said:
        ends = [date.fromisoformat(f"{year}-{end}") for end in span.split()]
        found |= set(each_day(ends[0], ends[-1]))
    return found


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_is_as_the_notice_of_its_year_says(year: int) -> None:
    off, made_up = days_of(year, OFF[year]), days_of(year, MADE_UP[year])
    for day in each_day(date(year, 1, 1), date(year, 12, 31)):
        expected = day in made_up or (day.weekday() < 5 and day not in off)
        assert calendar.is_workday(day) is expected, day


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_in_a_six_day_week_official_days_off_stay_off_and_make_up_days_stay_worked(year: int, people: People) -> None:
    choose(people, week="six")
    off, made_up = days_of(year, OFF[year]), days_of(year, MADE_UP[year])
    off |= {date(2024, 6, 8)}  # 6月10日放假,与周末连休: the weekend belongs to the break
    for day in each_day(date(year, 1, 1), date(year, 12, 31)):
        expected = day in made_up or (day.weekday() < 6 and day not in off)
        assert calendar.is_workday(day) is expected, day


def test_every_other_saturday_counts_from_a_worked_one(people: People) -> None:
    choose(people, week="alternate", first_worked_saturday=date(2026, 1, 10))
    worked = [day for day in each_day(date(2026, 1, 1), date(2026, 4, 30)) if day.weekday() == 5 and calendar.is_workday(day)]
    assert worked == [  # 21 February is within the spring festival, the 14th and 28th make up for it
        *(date(2026, 1, 10), date(2026, 1, 24), date(2026, 2, 7), date(2026, 2, 14), date(2026, 2, 28)),
        *(date(2026, 3, 7), date(2026, 3, 21), date(2026, 4, 18)),
    ]
    assert calendar.is_workday(date(2024, 5, 18))
    assert not calendar.is_workday(date(2024, 5, 25))


def choose(people: People, **said: object) -> None:
    working_days.choose_week(actor=people["毕以恒"], seen_version=organisation().version, **said)  # type: ignore[arg-type]


def set_days(people: People, first: date, last: date | None = None, *, is_workday: bool = False, note: str = "") -> None:
    working_days.set_days(actor=people["毕以恒"], first=first, last=last, is_workday=is_workday, note=note)


def test_what_the_house_decides_wins_over_the_notice_and_the_week(people: People) -> None:
    choose(people, week="six")
    set_days(people, date(2026, 10, 7), is_workday=True, note="值班")
    set_days(people, date(2026, 10, 10), note="厂休")
    set_days(people, date(2026, 6, 13))
    days = [date(2026, 10, 6), date(2026, 10, 7), date(2026, 10, 10), date(2026, 6, 13), date(2026, 6, 6)]
    assert [calendar.is_workday(day) for day in days] == [False, True, False, False, True]


def test_the_index_of_the_table_counts_the_workdays_up_to_each_day(people: People) -> None:
    set_days(people, date(2026, 8, 3), date(2026, 8, 7), note="高温假")
    running = 0
    for row in WorkDay.objects.order_by("day"):
        running += row.is_workday
        assert row.running == running, row.day
    assert calendar.workdays_between(date(2026, 7, 31), date(2026, 8, 14)) == 5


def test_another_process_that_remembers_the_days_as_they_were_answers_from_the_new_ones(people: People) -> None:
    assert calendar.is_workday(date(2026, 8, 3))
    elsewhere = calendar._known
    set_days(people, date(2026, 8, 3), note="高温假")
    calendar._known = elsewhere  # what the other process still has in memory
    assert not calendar.is_workday(date(2026, 8, 3))


def test_days_of_an_act_that_was_undone_are_not_remembered(people: People) -> None:
    with transaction.atomic():
        set_days(people, date(2026, 8, 3))
        assert not calendar.is_workday(date(2026, 8, 3))
        transaction.set_rollback(True)
    assert calendar.is_workday(date(2026, 8, 3))


def test_while_one_page_is_made_the_edition_is_asked_once(people: People, django_assert_num_queries: object) -> None:
    calendar.is_workday(date(2026, 8, 3))
    with calendar.looked_at_once(), django_assert_num_queries(1):  # type: ignore[operator]
        assert calendar.workday_after(date(2026, 4, 30), 3) == date(2026, 5, 8)
        assert calendar.next_workday(date(2026, 10, 1)) == date(2026, 10, 8)


def test_each_act_has_one_event_and_the_auditor_hears_of_it(people: People) -> None:
    set_days(people, date(2026, 8, 3), date(2026, 8, 5), note="高温假")
    set_days(people, date(2026, 8, 8), is_workday=True)
    choose(people, week="six")
    row = DayOverride.objects.get(day=date(2026, 8, 4))
    working_days.reset_days(actor=people["毕以恒"], override_uid=row.uid, seen_version=row.version)
    events = Event.objects.order_by("pk")
    assert [event.verb for event in events] == [
        *("people.days_off", "people.days_worked", "people.week_six", "people.days_reset")
    ]
    assert events[0].facts["days"] == "2026-08-03 – 2026-08-05"
    assert {notice.reader.name for notice in Notice.objects.all()} == {"钟鉴明"}
    assert calendar.is_workday(date(2026, 8, 4))
    assert not calendar.is_workday(date(2026, 8, 5))


def test_what_cannot_be_set_is_refused_at_its_field(people: People) -> None:
    set_days(people, date(2026, 8, 3))
    said = [
        (date(2026, 8, 5), date(2026, 8, 4), "last"),
        (date(2026, 8, 1), date(2026, 9, 1), "last"),
        (date(2036, 1, 1), None, "first"),
        (date(2026, 8, 1), date(2026, 8, 6), "first"),  # one of them is decided already
    ]
    for first, last, field in said:
        with pytest.raises(Refused) as refusal:
            set_days(people, first, last)
        assert refusal.value.field == field
    for saturday in (None, date(2026, 8, 3)):
        with pytest.raises(Refused) as refusal:
            choose(people, week="alternate", first_worked_saturday=saturday)
        assert refusal.value.field == "first_worked_saturday"


def test_of_two_who_choose_at_once_the_second_sees_what_the_first_chose(people: People) -> None:
    choose(people, week="six")
    seen = organisation().version
    choose(people, week="five")
    with pytest.raises(Conflict) as conflict:
        working_days.choose_week(
            actor=people["毕以恒"], seen_version=seen, week="alternate", first_worked_saturday=date(2026, 1, 10)
        )
    assert conflict.value.theirs["week"] == "five"
    set_days(people, date(2026, 8, 3))
    row = DayOverride.objects.get()
    for version, error in ((None, Unseen), (row.version + 1, Conflict)):
        with pytest.raises(error):
            working_days.reset_days(actor=people["毕以恒"], override_uid=row.uid, seen_version=version)


@pytest.mark.parametrize("name", ["钟鉴明", "周以宁"])
def test_the_administrator_alone_decides(name: str, people: People) -> None:
    with pytest.raises(PermissionDenied):
        working_days.set_days(actor=people[name], first=date(2026, 8, 3), is_workday=False)
    with pytest.raises(PermissionDenied):
        working_days.choose_week(actor=people[name], seen_version=1, week="six")


def test_after_an_upgrade_that_knows_another_notice_the_calendar_has_it_once(people: People) -> None:
    working_days.follow_official_days()
    before = WorkCalendar.objects.get().edition
    WorkDay.objects.filter(day=date(2026, 10, 10)).update(is_workday=False)  # as an older release had known it
    WorkCalendar.objects.update(known_by="holidays 0.80")
    assert working_days.follow_official_days()
    assert calendar.is_workday(date(2026, 10, 10))
    after = WorkCalendar.objects.get().edition
    assert after != before
    assert not working_days.follow_official_days()
    assert WorkCalendar.objects.get().edition == after


def test_a_break_that_no_notice_moved_keeps_its_weekend_in_a_six_day_week() -> None:
    days = {
        row.day: row.is_workday for row in official_days.official_days(date(2027, 9, 25), date(2027, 10, 9), week=Week("six"))
    }
    assert days[date(2027, 9, 25)]
    assert not any(days[date(2027, 10, n)] for n in range(1, 6))
    assert days[date(2027, 10, 9)]


class TestPage:
    """The year at a glance."""

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def test_a_year_shows_days_off_and_make_up_days_in_words(self, people: People) -> None:
        year = year_of(2026, organisation())
        october = {cell.day.day: cell for week in year.months[9].weeks for cell in week if cell}
        assert [october[n].sort for n in (1, 8, 10, 11)] == [Sort.HOLIDAY, Sort.WORK, Sort.MADE_UP, Sort.REST]
        assert year.workdays == 248
        page = self.client(people["钟鉴明"]).get("/organisation/calendar/?year=2026").content.decode()
        assert "国庆节" in page
        assert ">班</b>" in page
        assert "<form" not in page.split('id="content"')[1]

    def test_who_signed_in_brings_the_edition_along_so_that_no_page_asks_for_it(self, people: People) -> None:
        client = self.client(people["毕以恒"])
        set_days(people, date(2026, 8, 3))
        client.get("/organisation/calendar/")
        with CaptureQueriesContext(connection) as found:
            client.get("/organisation/calendar/")
        asked = [row["sql"] for row in found.captured_queries if "people_workcalendar" in row["sql"]]
        assert len(asked) <= 1
        assert all("people_user" in sql for sql in asked)

    def test_while_next_years_notice_is_not_known_the_page_says_so(self, people: People) -> None:
        known = official_days.published_until()
        page = self.client(people["毕以恒"]).get(f"/organisation/calendar/?year={known + 1}").content.decode()
        assert "尚未公布" in page
        assert (f"{known + 1} 年的放假调休安排尚未收录" in page) is (year_of(2026, organisation()).lacking == known + 1)

    def test_days_are_set_and_taken_back_and_nothing_typed_is_lost(self, people: People) -> None:
        client = self.client(people["毕以恒"])
        said = {"first": "2026-08-03", "last": "2026-08-01", "is_workday": "off", "note": "高温假"}
        answer = client.post("/organisation/calendar/days/?year=2026", said)
        assert answer.status_code == 422
        assert "高温假" in answer.content.decode()
        assert "结束日期早于" in answer.content.decode()
        client.post("/organisation/calendar/days/", said | {"last": "2026-08-04"})
        page = client.get("/organisation/calendar/?year=2026").content.decode()
        assert page.count("/remove/") == 2
        row = DayOverride.objects.first()
        assert row is not None
        client.post(f"/organisation/calendar/days/{row.uid}/remove/", {"seen_version": row.version})
        assert DayOverride.objects.count() == 1

    def test_a_stale_choice_of_the_week_is_answered_with_both_values(self, people: People) -> None:
        choose(people, week="six")
        client = self.client(people["毕以恒"])
        said = {"week": "alternate", "first_worked_saturday": "2026-01-10"}
        assert client.post("/organisation/calendar/week/", said).status_code == 428
        answer = client.post("/organisation/calendar/week/", said | {"seen_version": organisation().version - 1})
        assert answer.status_code == 412
        assert "周一至周六" in answer.content.decode()
        assert "2026-01-10" in answer.content.decode()
        assert client.post("/organisation/calendar/week/", said | {"seen_version": organisation().version}).status_code == 302

    def test_who_neither_changes_nor_audits_does_not_see_it(self, people: People) -> None:
        assert self.client(people["周以宁"]).get("/organisation/calendar/").status_code == 403
