"""What people paste or type becomes parts: every way of writing it, every fault at its line, nothing lost, never an error."""

import time
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.dates import NoSuchDay
from common.said_days import read_said_day
from tracking.pasting import MOST_LINES, is_several, read_parts
from tracking.pieces import Ground, half, read_amount


def _person(name: str, department: str = "销售部") -> Any:
    return SimpleNamespace(name=name, department=department)


PEOPLE = {name: [_person(name)] for name in ("程子昂", "黎思齐", "郭砚秋")} | {
    "王伟": [_person("王伟"), _person("王伟", "市场部")]
}
TODAY = date(2026, 7, 10)  # a Friday
GROUND = Ground(TODAY, PEOPLE, "家", counted=True, starts_on=date(2026, 7, 1), due_on=date(2026, 8, 31))
PLAIN = Ground(TODAY, PEOPLE)
THREE = [("华东", 30), ("华南", 25), ("华北", 45)]


def read(text: str, ground: Ground = GROUND) -> list[tuple[Any, ...]]:
    return [(part.title, part.target) for part in read_parts(text, ground).parts]


@pytest.mark.parametrize(
    "text",
    [
        "华东 30, 华南 25, 华北 45",
        "华东 30，华南 25，华北 45",
        "华东30、华南25、华北45",
        "华东 30；华南 25；华北 45。",
        "华东：30；华南：25；华北：45",
        "华东３０，华南２５，华北４５",
        "华东 30家、华南 25 家、华北45家",
        "华东 30 华南 25 华北 45",
        "华东 30\n华南 25\n华北 45",
        "华东\t30\n华南\t25\n华北\t45",
        "华东 30\r\n\r\n华南 25\r\n华北 45\r\n",
        "1、华东 30\n2、华南 25\n3、华北 45",
        "1. 华东 30\n2. 华南 25\n3. 华北 45",
        "- 华东 30\n- 华南 25\n- 华北 45",
        "① 华东 30\n② 华南 25\n③ 华北 45",
        "华东（30家），华南(25)，华北（45）",
        "华东,30\n华南,25\n华北,45",
        "华东,30,华南,25,华北,45",
        "华东 30, 华南 25 和 华北 45",
        "任务\t数量\n华东\t30\n华南\t25\n华北\t45\n合计\t100",
        "数量\t名称\n30\t华东\n25\t华南\n45\t华北",
        "\ufeff华东\u300030\n华南\u00a025\n华北 45",
        "华东=30,华南=25,华北=45",
    ],
)
def test_one_meaning_in_many_writings(text: str) -> None:
    found = read_parts(text, GROUND)
    assert [part.faults for part in found.parts] == [()] * 3
    assert read(text) == [(name, Decimal(n)) for name, n in THREE]
    assert found.is_good
    assert found.given("家") == 100


@pytest.mark.parametrize(
    ("text", "title", "target", "who", "due"),
    [
        ("华东区铺货 30家 程子昂 7月20日前", "华东区铺货", 30, "程子昂", date(2026, 7, 20)),
        ("华东区铺货 @程子昂 下周五前 30", "华东区铺货", 30, "程子昂", date(2026, 7, 17)),
        ("华东区铺货\t30\t程子昂\t2026/7/20", "华东区铺货", 30, "程子昂", date(2026, 7, 20)),
        ("华东,30,程子昂,7月20日", "华东", 30, "程子昂", date(2026, 7, 20)),
        ("华东\t程子昂\t7月20日\t30", "华东", 30, "程子昂", date(2026, 7, 20)),
        ("程子昂 30", "程子昂", 30, "程子昂", None),
        ("华东 30 7.20", "华东", 30, None, date(2026, 7, 20)),
        ("East 30 by 20 July", "East", 30, None, date(2026, 7, 20)),
        ("第3批铺货 30", "第3批铺货", 30, None, None),
        ("Q3 rollout 1,200", "Q3 rollout", 1200, None, None),
        ("华东 1.5万", "华东", 15000, None, None),
        ("华东区铺货，含北京、上海门店 30\n华南 25", "华东区铺货，含北京、上海门店", 30, None, None),
        ("铺货 30 王伟(市场部)", "铺货", 30, "王伟", None),
        ("2026年会筹备", "2026年会筹备", None, None, None),
    ],
)
def test_what_a_line_says(text: str, title: str, target: int | None, who: str | None, due: date | None) -> None:
    part = read_parts(text, GROUND).parts[0]
    assert part.faults == ()
    assert (part.title, part.target, part.due_on) == (title, target, due)
    assert (part.assignee.name if part.assignee else None) == who


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("华东\t三十", "三十"),
        ("华东 十五家", "十五家"),
        ("华东 10 孙悟空", "孙悟空"),
        ("华东 0", "0"),
        ("华东 -5", "-5"),
        ("华东 30台", "台"),
        ("华东 1.234", "1.234"),
        ("华东 99999999999", "99999999999"),
        ("华东 30 @孙悟空", "孙悟空"),
        ("华东\t30\t孙悟空", "孙悟空"),
        ("华东 30 王伟", "市场部"),
        ("华东 30 6月31日", "6"),
        ("华东\t30\t程子昂\t后年", "后年"),
        ("华东 30 9月1日", "2026-08-31"),
        ("\t30\t程子昂", ""),
        ("30家", ""),
        ("长" * 201 + " 30", "200"),
        ("华东\t30\t程子昂\t7月20日\t备注", "备注"),
    ],
)
def test_a_fault_stands_at_its_line_and_says_why(line: str, says: str) -> None:
    text = f"好的 1\n\n{line}\n也好 2" if "\t" not in line else f"好的\t1\n\n{line}\n也好\t2"
    found = read_parts(text, GROUND)
    assert [part.line for part in found.faulty] == [3]
    assert says in " ".join(found.faulty[0].faults)
    assert not found.is_good
    assert [part.title for part in found.parts if not part.faults] == ["好的", "也好"]


def test_of_300_lines_7_wrong_ones_are_named() -> None:
    lines = [f"门店{n:03}号\t10\t程子昂\t7月20日" for n in range(1, 301)]
    wrong = {
        3: "\t10",
        50: "甲\t十",
        51: "乙\t10\t孙悟空",
        120: "丙\t10\t\t7月32日",
        200: "丁\t10台",
        299: "戊\t-1",
        300: "己\t10\t\t9月9日",
    }
    for number, line in wrong.items():
        lines[number - 1] = line
    found = read_parts("\n".join(lines), GROUND)
    assert [part.line for part in found.faulty] == list(wrong)
    assert len(found.parts) == 300


def test_more_than_300_lines_or_endless_text_is_refused_as_a_whole() -> None:
    assert "301" in read_parts("\n".join(f"a{n} 1" for n in range(MOST_LINES + 1)), GROUND).trouble
    assert "301" in read_parts(",".join(f"甲{n}号 1" for n in range(MOST_LINES + 1)), GROUND).trouble
    assert read_parts("x" * 200_000, GROUND).trouble
    assert not read_parts("", GROUND).is_good
    assert not read_parts("，、；\n \n", GROUND).parts


def test_names_that_stand_twice_are_pointed_out_not_refused() -> None:
    found = read_parts("华东 30\n华南 25\n华东 45", GROUND, there=["华南"])
    assert found.is_good
    assert [bool(part.notes) for part in found.parts] == [False, True, True]


def test_a_total_line_is_left_out() -> None:
    found = read_parts("华东 30\n华南 70\n合计 100", GROUND)
    assert [part.title for part in found.parts] == ["华东", "华南"]
    assert found.notes


def test_one_or_several() -> None:
    assert not is_several("华东区铺货 30家 程子昂", GROUND)
    assert not is_several("培训，含北京、上海", GROUND)
    assert is_several("华东 30, 华南 25", GROUND)
    assert is_several("华东\t30", GROUND)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("今天", (7, 10)),
        ("明天", (7, 11)),
        ("后天", (7, 12)),
        ("周五", (7, 10)),
        ("周一", (7, 13)),
        ("本周一", (7, 6)),
        ("下周五前", (7, 17)),
        ("星期日", (7, 12)),
        ("月底", (7, 31)),
        ("下月底", (8, 31)),
        ("年底", (12, 31)),
        ("3天后", (7, 13)),
        ("两周后", (7, 24)),
        ("20号", (7, 20)),
        ("下月5号", (8, 5)),
        ("tomorrow", (7, 11)),
        ("next Friday", (7, 17)),
        ("in 3 days", (7, 13)),
        ("+3", (7, 13)),
        ("by 20 July", (7, 20)),
        ("end of month", (7, 31)),
        ("7月20日前", (7, 20)),
        ("2026-07-20", (7, 20)),
    ],
)
def test_days_as_people_say_them(said: str, day: tuple[int, int]) -> None:
    assert read_said_day(said, TODAY) == date(2026, *day)


def test_what_is_far_too_long_for_a_day_is_refused_at_once() -> None:
    for said in ("a" + " " * 1_000 + "b", "明天" + "前" * 100_000):
        began = time.perf_counter()
        with pytest.raises(NoSuchDay):
            read_said_day(said, TODAY)
        assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("said", ["", "三十", "5", "后年", "6月31日", "99999天后", "周八", "32号"])
def test_what_is_no_day(said: str) -> None:
    with pytest.raises(NoSuchDay):
        read_said_day(said, TODAY)


@pytest.mark.parametrize(
    ("said", "unit", "number", "left"),
    [
        ("30", "", 30, ""),
        ("１，２００家", "家", 1200, "家"),
        ("1.5万", "", 15000, ""),
        ("500万元", "万元", 500, "万元"),
        ("500万元", "元", 5_000_000, "元"),
        ("30千克", "", 30, "千克"),
        ("40％", "%", 40, "%"),
        ("3千", "", 3000, ""),
    ],
)
def test_amounts(said: str, unit: str, number: int, left: str) -> None:
    assert read_amount(said, unit) == (Decimal(number), left)


TEXTS = st.text(
    st.sampled_from(
        "华东南北区铺货程子昂王伟30１，、；;,.\t\n\r \"'()（）：:=@%家台月日前年周五-+/1234567890ABc\u3000\ufeff\x00𠮷"
    ),
    max_size=120,
)


@given(st.one_of(TEXTS, st.text(max_size=200)), st.sampled_from([GROUND, PLAIN]))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_without_error_and_each_part_stands_at_a_line_of_it(text: str, ground: Ground) -> None:
    found = read_parts(text, ground)
    lines = 1 + sum(text.count(sign) for sign in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    for part in found.parts:
        assert 1 <= part.line <= lines
        assert part.faults or (part.title and len(part.title) <= 200)
        assert part.target is None or 0 < part.target < 10**9
        words = half(part.title).replace('"', "").split()  # a cell's quotes are those of the spreadsheet, not of its text
        assert all(word in half(text).replace('"', "") for word in words)
        assert part.assignee is None or part.assignee.name in text


NAME = st.text(st.sampled_from("华东南西北中区域门店铺货样机测试"), min_size=2, max_size=8)
AMOUNT = st.integers(1, 999_999)


@given(
    st.lists(st.tuples(NAME, AMOUNT), min_size=2, max_size=40),
    st.sampled_from([", ", "，", "、", "；", "\n", "\r\n"]),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_plainly_comes_back(rows: list[tuple[str, int]], between: str, wide: bool) -> None:
    def digits(number: int) -> str:
        said = str(number)
        return said.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}) if wide else said

    text = between.join(f"{name} {digits(number)}" for name, number in rows)
    assert read(text) == [(name, Decimal(number)) for name, number in rows]
    table = "\n".join(f"{name}\t{digits(number)}\t程子昂\t7月20日" for name, number in rows)
    assert read(table) == [(name, Decimal(number)) for name, number in rows]


def test_among_counted_parts_one_without_a_quantity_is_pointed_out() -> None:
    lines = [f"门店{n:03} 1家" for n in range(300)]
    lines[250] = "门店250 很多家"
    found = read_parts("\n".join(lines), GROUND)
    assert [part.line for part in found.noted] == [251]
    assert not read_parts("设计\n制作", GROUND).noted  # none has one: they are divided otherwise
