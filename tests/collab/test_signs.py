"""The signs say the same everywhere, in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from common import clock, saying

MONDAY = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


def draw(text: str, **context: object) -> str:
    return Template("{% load signs %}" + text).render(Context(context))


def a_clock(left: timedelta, whole: timedelta = timedelta(hours=24)) -> SimpleNamespace:
    return SimpleNamespace(started_at=MONDAY + left - whole, due_at=MONDAY + left, stopped_at=None, breached_at=None)


@pytest.mark.parametrize(
    ("left", "zh", "en", "sign"),
    [
        (timedelta(hours=23), "剩 23 小时", "23 h left", ""),
        (timedelta(hours=7, minutes=20), "剩 7 小时 20 分", "7 h 20 min left", "is-near"),
        (timedelta(hours=-25), "已超时 1 天 1 小时", "overdue by 1 d 1 h", "is-breached"),
        (timedelta(days=-4), "已超时 4 天", "overdue by 4 days", "is-breached"),
    ],
)
def test_a_clock_says_what_is_left(left: timedelta, zh: str, en: str, sign: str) -> None:
    with clock.at(MONDAY):
        said = draw("{% clock_sign c %}", c=a_clock(left))
        assert f">{zh}<" in said
        assert ("is-near" in said, "is-breached" in said) == (sign == "is-near", sign == "is-breached")
        with translation.override("en"):
            assert f">{en}<" in draw("{% clock_sign c %}", c=a_clock(left))


def test_a_stopped_clock_says_how_it_ended() -> None:
    late, timely = a_clock(timedelta(hours=1)), a_clock(timedelta(hours=1))
    timely.stopped_at, late.stopped_at = MONDAY, MONDAY + timedelta(hours=2)
    with clock.at(MONDAY + timedelta(days=9)):
        assert "按时完成" in draw("{% clock_sign c %}", c=timely)
        assert "超时完成" in draw("{% clock_sign c %}", c=late)


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (date(2026, 7, 20), "今天", "today"),
        (date(2026, 7, 21), "明天", "tomorrow"),
        (date(2026, 7, 19), "昨天", "yesterday"),
        (date(2026, 7, 24), "周五", "Fri"),
        (date(2026, 7, 27), "7月27日", "27 Jul"),
        (date(2025, 7, 24), "2025年7月24日", "24 Jul 2025"),
    ],
)
def test_dates_are_said_as_people_say_them(day: date, zh: str, en: str) -> None:
    with clock.at(MONDAY):
        assert saying.day_words(day) == zh
        with translation.override("en"):
            assert saying.day_words(day) == en


def test_a_moment_is_shown_in_local_time_and_exact_on_hover() -> None:
    with clock.at(MONDAY):
        said = draw("{% when m %}", m=datetime(2026, 7, 24, 10, 0, tzinfo=UTC))
    assert ">周五 18:00<" in said
    assert 'title="2026年7月24日 周五 18:00 (CST)"' in said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (Decimal("45.00"), "家", "45家"),
        (Decimal("500"), "万元", "500万元"),
        (Decimal("12500.5"), "台", "12,500.5台"),
        (Decimal("3"), "stores", "3\u00a0stores"),
        (Decimal("99.90"), "%", "99.9%"),
        (100, "", "100"),
        (None, "家", "–"),
    ],
)
def test_numbers_stand_with_their_units(value: Decimal | None, unit: str, said: str) -> None:
    assert draw("{{ v|quantity:u }}", v=value, u=unit) == said


def test_the_deviation_bar_prints_its_figures_and_flags_only_over_the_threshold() -> None:
    said = draw("{% deviation_bar 4000 2667 1000 %}")
    text = " ".join(Template("{{ x|striptags }}").render(Context({"x": said})).split())
    assert text == "计划 40.00% · 实际 26.67% · 偏差 13.33"
    assert "is-flagged" in said
    assert "is-flagged" not in draw("{% deviation_bar 3000 2000 1000 %}")
    assert "is-flagged" in draw("{% deviation_bar 3001 2000 1000 %}")
    assert "偏差 −5.00" in draw("{% deviation_bar 2000 2500 1000 %}")


def test_facts_read_as_words() -> None:
    assert saying.fact_words("2026-07-24T10:00:00+00:00") == "2026年7月24日 18:00"
    assert saying.fact_words("2026-07-24") == "2026年7月24日"
    assert saying.fact_words(["市场部", "研发部"]) == "市场部、研发部"


def test_an_icon_with_a_label_speaks_and_one_without_is_decoration() -> None:
    assert 'aria-label="over"' in draw('{% icon "bell" "over" %}')
    assert 'aria-hidden="true"' in draw('{% icon "bell" %}')
