"""The one definition of deviation, against the sample files, by hand, and by its bounds."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.samples.people import read
from people.official_days import official_days
from tracking import deviation
from tracking.deviation import Figures, Item, calendar_days

SAMPLES = ("new-product-launch", "customer-conference", "complaint-incident")
RUNNING = {row.day: row.running for row in official_days(date(2026, 1, 1), date(2026, 12, 31))}


def workdays(after: date, until: date) -> int:
    return RUNNING[until] - RUNNING[after]


def items_of(sample: dict[str, Any], evening: date) -> dict[str, Item]:
    """The sample's tasks as they stood on an evening, by the file's own ids."""
    keys = {task["id"]: number for number, task in enumerate(sample["tasks"], 1)}
    rows = {}
    for task in sample["tasks"]:
        said = [value for day, value in sorted(sample["reports"].get(task["id"], {}).items()) if day <= evening]
        rows[task["id"]] = Item(
            id=keys[task["id"]],
            parent_id=keys.get(task.get("parent")),
            starts_on=task["start"],
            due_on=task["due"],
            target=Decimal(task["qty"]) if "qty" in task else None,
            unit=task.get("unit", ""),
            done=Decimal(said[-1] if said else 0),
        )
    return rows


def figures_of(sample: dict[str, Any], evening: date) -> dict[str, Figures]:
    rows = items_of(sample, evening)
    found = deviation.figures(rows.values(), evening, calendar_days)
    return {name: found[row.id] for name, row in rows.items()}


TRACKING = [(name, row) for name in SAMPLES for row in read(name)["tracking"]]


def test_there_are_twenty_tracking_rows() -> None:
    assert len(TRACKING) == 20


@pytest.mark.parametrize(("name", "row"), TRACKING, ids=lambda value: value if isinstance(value, str) else value["task"])
def test_every_tracking_row_of_the_samples_is_computed(name: str, row: dict[str, Any]) -> None:
    found = figures_of(read(name), row["report_date"])[row["task"]]
    written = [round(100 * row[key]) for key in ("planned_pct", "actual_pct", "deviation")]
    assert [found.planned, found.actual, found.deviation] == written
    assert (found.deviation > 1000) == row["risk_item"]


@pytest.mark.parametrize("name", SAMPLES)
def test_exactly_the_expected_spells_of_the_samples_come_out(name: str) -> None:
    sample = read(name)
    day, last = min(task["start"] for task in sample["tasks"]), max(task["due"] for task in sample["tasks"])
    open_since: dict[str, date] = {}
    spells = []
    while day <= last + timedelta(60):
        for task, found in figures_of(sample, day).items():
            if found.deviation > 1000:
                open_since.setdefault(task, day)
            elif task in open_since:
                spells.append({"task": task, "opened": open_since.pop(task), "recovered": day})
        day += timedelta(1)
    assert spells == sample["expected_risks"]
    assert not open_since


def on(day: int, *, month: int = 10) -> date:
    return date(2026, month, day)


START, DUE = date(2026, 9, 28), date(2026, 10, 10)  # five workdays, the last a make-up Saturday


@pytest.mark.parametrize(
    ("day", "by_workdays", "by_calendar_days"), [(on(7), 4000, 7500), (on(8), 6000, 8333), (on(9), 8000, 9167)]
)
def test_workdays_and_calendar_days_by_hand(day: date, by_workdays: int, by_calendar_days: int) -> None:
    assert workdays(START, DUE) == 5
    assert deviation.planned(START, DUE, day, workdays) == by_workdays
    assert deviation.planned(START, DUE, day, calendar_days) == by_calendar_days


def test_without_a_counted_day_it_jumps_on_the_due_date() -> None:
    friday, saturday, sunday = on(16), on(17), on(18)
    assert workdays(friday, sunday) == 0
    assert [deviation.planned(friday, sunday, day, workdays) for day in (friday, saturday, sunday)] == [0, 0, 10000]


def test_a_due_date_on_a_day_off_is_full_with_the_last_workday_before_it() -> None:
    thursday, friday, sunday = on(15), on(16), on(18)
    assert [deviation.planned(thursday, sunday, day, workdays) for day in (thursday, friday, sunday)] == [0, 10000, 10000]


def test_a_zero_length_task_jumps_from_nothing_to_all() -> None:
    assert [deviation.planned(on(9), on(9), day, workdays) for day in (on(8), on(9))] == [0, 10000]


def test_without_dates_nothing_is_planned_and_without_a_start_all_on_the_due_date() -> None:
    assert deviation.planned(None, None, on(9), workdays) == 0
    assert deviation.planned(on(1), None, on(9), workdays) == 0
    assert [deviation.planned(None, on(9), day, workdays) for day in (on(8), on(9))] == [0, 10000]


def test_weights_are_all_given_or_all_defaulted() -> None:
    def part(number: int, **more: Any) -> Item:
        return Item(id=number, parent_id=1, starts_on=on(8), due_on=on(8 + number), **more)

    assert deviation.weights([part(2, weight=3), part(3, weight=1)], calendar_days) == [3, 1]
    assert deviation.weights([part(2, weight=3), part(3)], calendar_days) == [2, 3]
    same = [part(2, target=Decimal(30), unit="家"), part(3, target=Decimal(70), unit="家")]
    assert deviation.weights(same, calendar_days) == [3000, 7000]
    other = [part(2, target=Decimal(30), unit="家"), part(3, target=Decimal(70), unit="台")]
    assert deviation.weights(other, calendar_days) == [2, 3]
    assert deviation.weights([part(0), part(1)], calendar_days) == [1, 1]


def test_each_level_is_rounded_half_up_and_more_than_all_counts_as_all() -> None:
    rows = [
        Item(id=1),
        Item(id=2, parent_id=1, weight=1, target=Decimal(3), done=Decimal(1)),  # 33.33
        Item(id=3, parent_id=1, weight=1, target=Decimal(3), done=Decimal(2)),  # 66.67
        Item(id=4, parent_id=1, weight=2, target=Decimal(10), done=Decimal(12)),  # 120.00, counts as 100.00
        Item(id=5, parent_id=1, weight=9, target=Decimal(10), cancelled=True),
    ]
    found = deviation.figures(rows, on(8), calendar_days)
    assert [found[number].actual for number in (2, 3, 4, 1)] == [3333, 6667, 12000, 7500]


DAYS = st.dates(date(2026, 1, 2), date(2026, 12, 30))


@given(st.tuples(DAYS, DAYS), DAYS, st.sampled_from([workdays, calendar_days]))
def test_planned_lies_between_nothing_and_all_and_never_falls(window: tuple[date, date], day: date, days: Any) -> None:
    start, due = sorted(window)
    today = deviation.planned(start, due, day, days)
    assert 0 <= today <= 10000
    assert today <= deviation.planned(start, due, day + timedelta(1), days)
    assert deviation.planned(start, due, due, days) == 10000
    assert start == due or deviation.planned(start, due, start, days) == 0


QUANTITY = st.decimals(Decimal(0), Decimal(10**9), places=2)


@given(QUANTITY, QUANTITY, QUANTITY.filter(lambda value: value > 0))
def test_actual_never_falls_when_more_is_done(less: Decimal, more: Decimal, target: Decimal) -> None:
    less, more = sorted((less, more))
    assert 0 <= deviation.actual(less, target) <= deviation.actual(more, target)
    assert deviation.actual(target, target) == 10000


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 12000)), min_size=1, max_size=8))
def test_a_roll_up_lies_between_its_parts(parts: list[tuple[int, int]]) -> None:
    rows = [Item(id=1)] + [
        Item(id=number, parent_id=1, weight=weight, done=Decimal(done) / 100) for number, (weight, done) in enumerate(parts, 2)
    ]
    rolled = deviation.figures(rows, on(8), calendar_days)[1].actual
    capped = [min(10000, done) for _weight, done in parts]
    assert min(capped) <= rolled <= max(capped)
