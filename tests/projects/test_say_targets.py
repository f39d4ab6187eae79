"""Targets and periods as people say them (rule B2)."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from common.amounts import read
from common.dates import NoSuchDay, read_day, read_period
from common.refusals import Refused
from common.vague import vague_words
from lifecycle.queries import missing_now
from people.models import User
from projects.said import round_number_words
from projects.services.goal import save_kpi
from tests import build

NEAR = date(2026, 4, 8)


@pytest.mark.parametrize(
    ("said", "number", "unit"),
    [
        ("500万元", 5_000_000, "元"),
        ("首月销售额500万元", 5_000_000, "元"),
        ("¥500万", 5_000_000, "元"),
        ("1万台", 10_000, "台"),
        ("1.5亿元", 150_000_000, "元"),
        ("98%", 98, "%"),
        ("98％", 98, "%"),
        ("100家", 100, "家"),
        ("5 million yuan", 5_000_000, "yuan"),
        ("10k units", 10_000, "units"),
        ("2,500,000", 2_500_000, ""),
    ],
)
def test_amounts(said: str, number: int, unit: str) -> None:
    found = read(said, NEAR)
    assert (found.number, found.unit) == (Decimal(number), unit)


@pytest.mark.parametrize(
    ("said", "direction"),
    [("不低于98%", "at_least"), ("不超过3起", "at_most"), ("at most 3 bugs", "at_most"), ("2小时内", "at_most"), ("98%", "")],
)
def test_directions(said: str, direction: str) -> None:
    assert read(said, NEAR).direction == direction


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("6月30日前", date(2026, 6, 30)),
        ("2026年8月31日", date(2026, 8, 31)),
        ("by 30 June", date(2026, 6, 30)),
        ("June 30, 2027", date(2027, 6, 30)),
        ("3月1日", date(2027, 3, 1)),
        ("6月底", date(2026, 6, 30)),
        ("8月1日提前10天", date(2026, 7, 22)),
    ],
)
def test_days(said: str, day: date) -> None:
    assert read(said, NEAR).day == day


@pytest.mark.parametrize(("said", "days"), [("提前10天", -10), ("10 days before", -10), ("3天后", 3), ("提前十天", -10)])
def test_distances(said: str, days: int) -> None:
    assert read(said, NEAR).days == days


@pytest.mark.parametrize("said", ["6月31日前", "31 June", "2026-06-31", "2026-02-30"])
def test_a_day_that_does_not_exist_is_said_to_be_none(said: str) -> None:
    with pytest.raises(NoSuchDay):
        read(said, NEAR)
    with pytest.raises(NoSuchDay):
        read_day(said, NEAR)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("第三季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("3 个月", NEAR, date(2026, 7, 7)),
        ("6 weeks", NEAR, date(2026, 5, 19)),
        ("4月8日至9月30日", NEAR, date(2026, 9, 30)),
        ("8 April to 30 September", NEAR, date(2026, 9, 30)),
    ],
)
def test_periods(said: str, first: date, last: date) -> None:
    assert read_period(said, NEAR) == (first, last)


@pytest.mark.parametrize("said", ["9月31日", "很久", "4月8日至6月31日"])
def test_no_period(said: str) -> None:
    with pytest.raises(NoSuchDay):
        read_period(said, NEAR)


def test_vague_words_are_named() -> None:
    assert vague_words("尽快完成,大概100家左右") == ["尽快", "大概", "左右"]
    assert vague_words("done as soon as possible, about 3 of them") == ["as soon as possible", "about"]
    assert vague_words("7月15日前入库10000台") == []


@pytest.mark.django_db
class TestKeyResult:
    """What becomes of a target in a project."""

    def test_a_target_is_kept_as_said_and_as_number(self, people: dict[str, User]) -> None:
        project = build.started(people)
        kpi = save_kpi(actor=people["林书瑶"], project_uid=project.uid, name="首月销售额", said="500万元")
        assert (kpi.said, kpi.target, kpi.unit, kpi.is_draft) == ("500万元", 5_000_000, "元", False)

    def test_days_before_a_node(self, people: dict[str, User]) -> None:
        project = build.started(people)
        node = build.add_nodes(project, people["林书瑶"])["N5"]
        kpi = save_kpi(actor=people["林书瑶"], project_uid=project.uid, name="推广物料", said="提前10天", relative_to=node)
        assert (kpi.kind, kpi.relative_days, kpi.is_draft) == ("relative", -10, False)

    def test_without_a_number_it_is_a_draft_and_the_gate_says_so(self, people: dict[str, User]) -> None:
        project = build.prepared(people)
        kpi = save_kpi(actor=people["林书瑶"], project_uid=project.uid, name="满意度", said="明显提高")
        assert kpi.is_draft
        assert any("满意度" in str(item.text) for item in missing_now(project))

    def test_31_june_is_refused_at_the_field(self, people: dict[str, User]) -> None:
        project = build.started(people)
        with pytest.raises(Refused) as refusal:
            save_kpi(actor=people["林书瑶"], project_uid=project.uid, name="样品测试", said="6月31日前")
        assert refusal.value.field == "said"
        assert not project.kpis.exists()


def test_round_numbers_are_shown_as_one_says_them() -> None:
    with translation.override("zh-hans"):
        assert round_number_words(Decimal("5000000.00"), "元") == "500万元"
        assert round_number_words(Decimal(10000), "台") == "1万台"
        assert round_number_words(Decimal(5_120_000), "元") == "512万元"
        assert round_number_words(Decimal(150_000_000), "元") == "1.5亿元"
        assert round_number_words(Decimal(12_345), "元") == "12,345元"
        assert round_number_words(Decimal(100), "%") == "100%"
    with translation.override("en"):
        assert read(round_number_words(Decimal(5_000_000), "yuan"), NEAR).number == 5_000_000
