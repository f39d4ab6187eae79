"""The evening digest: once a workday after the scan, to those whom it concerns, and nothing when nothing changed (rule E6)."""

import threading
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse

from activity.beat import sweep_outbox
from activity.models import Event, Notice
from common import clock
from people.calendar import is_workday
from people.models import User
from projects.models import Participant, Project
from tests.servers import Smtp
from tests.tracking.build import People, july, quantified, say
from tests.tracking.conftest import project_in_execution
from tracking.beat import make_digests, scan_evenings
from tracking.models import Digest, Task

pytestmark = pytest.mark.django_db(transaction=True)
DIGEST, ASKED = "digest.made", "report.asked"


@pytest.fixture
def rows(people: People, project: Project) -> dict[str, Task]:
    """Two tasks of 销售部 from 12 July."""
    return {
        "华东": quantified(people, project, title="华东区铺货", assignee=people["程子昂"]),
        "华北": quantified(people, project, title="华北区铺货", assignee=people["郭砚秋"]),
    }


def evening(moment: datetime) -> None:
    """What the clock starts at a moment, as one sweep does it."""
    with clock.at(moment):
        scan_evenings()
        make_digests()
        sweep_outbox()


def begun(*_rows: Any) -> None:
    """The evening of Monday 13 July has its digest: what was before is no news."""
    evening(july(13, 18))


def told(verb: str = DIGEST) -> list[str]:
    """Whom the newest event of a kind was told to."""
    newest = Event.objects.filter(verb=verb).first()
    return sorted(Notice.objects.filter(event=newest).values_list("reader__name", flat=True)) if newest else []


def texts(smtp: Smtp, person: User) -> list[str]:
    """The mails that a person got, subject and text."""
    return [f"{mail.subject}\n{mail.text}" for mail in smtp.to(person.email or "")]


def test_a_workday_brings_one_digest_after_its_scan_however_often_the_clock_ticks(
    people: People, rows: Any, project: Project, smtp: Smtp
) -> None:
    begun(rows)
    say(people, rows["华北"], Decimal(8), at=july(14, 9), by="郭砚秋")
    say(people, rows["华北"], Decimal(12), at=july(14, 11), by="郭砚秋")
    evening(july(14, 17, 59))
    before = Event.objects.filter(verb=DIGEST).count()
    for minute in (0, 1, 2):
        evening(july(14, 18, minute))
    assert Event.objects.filter(verb=DIGEST).count() == before + 1
    assert told() == ["周以宁", "孟初晴", "沈嘉禾", "田牧野", "程子昂", "许知夏", "郭砚秋"]
    (mail,) = [text for text in texts(smtp, people["郭砚秋"]) if "7月14日" in text]
    assert "华北区铺货: 0家 → 12家 (郭砚秋)" in mail
    assert "/notices/" in mail


def test_nothing_changed_and_nothing_is_sent(people: People, rows: Any, smtp: Smtp) -> None:
    begun(rows)
    sent = len(smtp.accepted)
    evening(july(14, 18))
    assert Digest.objects.filter(day=date(2026, 7, 14)).count() == 1
    assert not Event.objects.filter(verb=DIGEST, facts__day="2026-07-14").exists()
    assert len(smtp.accepted) == sent


def test_there_is_none_on_days_off_and_the_weekend_comes_with_monday(people: People, rows: Any, smtp: Smtp) -> None:
    begun(rows)
    evening(july(17, 18))
    say(people, rows["华北"], Decimal(8), at=july(18, 10), by="郭砚秋")  # a Saturday
    for day in (18, 19):
        evening(july(day, 18))
    assert not Digest.objects.filter(day__in=[date(2026, 7, 18), date(2026, 7, 19)]).exists()
    evening(july(20, 18))
    assert Event.objects.get(verb=DIGEST, facts__day="2026-07-20").facts["changed"] == 1


def test_holidays_bring_none_and_made_up_workdays_do(people: People, rows: Any) -> None:
    with clock.at(datetime(2026, 9, 29, 11, tzinfo=ZoneInfo("UTC"))):
        scan_evenings()
        make_digests()
    china = ZoneInfo("Asia/Shanghai")
    for day in range(1, 12):
        evening(datetime(2026, 10, day, 18, tzinfo=china))
    made = set(Digest.objects.filter(day__month=10).values_list("day", flat=True))
    assert made == {date(2026, 10, day) for day in range(1, 12) if is_workday(date(2026, 10, day))}
    assert date(2026, 10, 1) not in made


def test_after_an_outage_it_catches_up_on_the_next_workday_once(people: People, rows: Any) -> None:
    begun(rows)
    say(people, rows["华北"], Decimal(8), at=july(15, 10), by="郭砚秋")
    evening(july(18, 12))  # Saturday noon: the machine is back, people are not
    assert Digest.objects.filter(day__gt=date(2026, 7, 13)).count() == 0
    for hour in (9, 10):
        evening(july(20, hour))
    assert list(Digest.objects.filter(day__gt=date(2026, 7, 13)).values_list("day", flat=True)) == [date(2026, 7, 17)]
    assert Event.objects.get(verb=DIGEST, facts__day="2026-07-17").facts["changed"] == 1
    evening(july(20, 18))
    assert Digest.objects.filter(day=date(2026, 7, 20)).exists()


def test_six_in_the_evening_is_that_of_the_projects_own_zone(people: People, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(time_zone="Europe/Berlin")
    project.refresh_from_db()
    quantified(people, project)
    berlin = ZoneInfo("Europe/Berlin")
    for day in (date(2026, 10, 23), date(2026, 10, 26)):  # the clocks go back in between
        evening(datetime(day.year, day.month, day.day, 17, 59, tzinfo=berlin))
        assert not Digest.objects.filter(day=day).exists()
        evening(datetime(day.year, day.month, day.day, 18, 0, tzinfo=berlin))
        assert Digest.objects.filter(day=day).exists()


def test_heads_hear_weekly_and_when_their_department_is_hit(people: People, rows: Any, smtp: Smtp) -> None:
    begun(rows)
    say(people, rows["华北"], Decimal(20), at=july(14, 10), by="郭砚秋")
    say(people, rows["华东"], Decimal(20), at=july(14, 10), by="程子昂")
    evening(july(14, 18))
    assert "蒋明远" not in told()
    say(people, rows["华北"], Decimal(1), at=july(15, 10), by="郭砚秋", reason="退货")
    evening(july(15, 18))  # it falls behind by more than the threshold: a new risk of 销售部
    assert {"蒋明远"} == {"蒋明远", "顾承泽", "林书瑶"} & set(told())
    evening(july(17, 18))  # Friday: the week, though Friday itself brought nothing
    friday = told()
    assert {"蒋明远", "顾承泽", "林书瑶"} <= set(friday)
    assert "程子昂" not in friday
    (letter,) = [text for text in texts(smtp, people["顾承泽"]) if "7月17日" in text.splitlines()[0]]
    assert "华北区铺货: 0家 → 1家 (郭砚秋)" in letter


def test_late_and_silent_are_named_in_the_readers_own_language(people: People, project: Project, rows: Any, smtp: Smtp) -> None:
    begun(rows)
    User.objects.filter(pk=people["许知夏"].pk).update(language="en")
    evening(july(31, 18))
    say(people, rows["华北"], Decimal(44), at=july(31, 19), by="郭砚秋")
    evening(datetime(2026, 8, 3, 10, tzinfo=ZoneInfo("UTC")))
    letter = texts(smtp, people["许知夏"])[-1]
    assert "Delayed" in letter
    assert "华东区铺货 · 销售部 程子昂 · due 1 Aug · 2 days late" in letter
    assert "Not updated for two workdays" in letter
    assert "华东区铺货 · 销售部 程子昂 · never reported" in letter


def test_who_owes_a_figure_is_asked_once_a_workday_with_the_weekly_cards_link(
    people: People, rows: Any, project: Project, smtp: Smtp
) -> None:
    other = project_in_execution(people, code="NPL2", name="周年庆")
    quantified(people, other, title="周年庆物料", assignee=people["郭砚秋"])
    for day in range(13, 19):
        for minute in (0, 5):
            evening(july(day, 18, minute))
    asked = Notice.objects.filter(event__verb=ASKED, reader=people["郭砚秋"]).order_by("created_at")
    days = [notice.created_at.astimezone(ZoneInfo("Asia/Shanghai")).day for notice in asked]
    assert days == sorted(set(days))  # once a day, two projects or not
    assert days[0] == 15  # planned to begin on Sunday the 12th
    assert days[-1] == 17  # never on a Saturday
    assert {notice.event.url for notice in asked} == {reverse("weekly_card")}
    assert any("未填报" in text or "华北区铺货" in text for text in texts(smtp, people["郭砚秋"]))
    say(people, rows["华北"], Decimal(9), at=july(20, 9), by="郭砚秋")
    evening(july(20, 18))
    assert asked.filter(created_at__gte=july(20, 0), event__project_id=project.pk).count() == 0


def test_what_may_not_be_seen_is_not_told(people: People, rows: Any, project: Project, smtp: Smtp) -> None:
    begun(rows)
    say(people, rows["华北"], Decimal(8), at=july(14, 9), by="郭砚秋")
    with clock.at(july(14, 18)):
        scan_evenings()
        make_digests()
    Project.objects.filter(pk=project.pk).update(confidential=True)
    Participant.objects.filter(project=project, user=people["程子昂"]).delete()
    with clock.at(july(14, 18, 1)):
        sweep_outbox()
    assert not [text for text in texts(smtp, people["程子昂"]) if "7月14日" in text]
    assert [text for text in texts(smtp, people["许知夏"]) if "7月14日" in text]


@pytest.mark.races
def test_four_clocks_at_once_make_one_digest(people: People, rows: Any, smtp: Smtp) -> None:
    begun(rows)
    say(people, rows["华北"], Decimal(8), at=july(14, 9), by="郭砚秋")
    with clock.at(july(14, 18)):
        scan_evenings()
    gate = threading.Barrier(4)

    def one() -> None:
        try:
            with clock.at(july(14, 18)):
                gate.wait()
                make_digests()
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _clock in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Digest.objects.filter(day=date(2026, 7, 14)).count() == 1
    assert Event.objects.filter(verb=DIGEST, facts__day="2026-07-14").count() == 1
