"""The launch as a list of acts: what the file says, in the order of time, none later than now."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from collab.samples import files
from collab.samples.acts import acts_of
from collab.samples.shift import ZONE
from common import clock

LATE = datetime(2026, 12, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def launch() -> files.Sample:
    return files.load("new-product-launch")


def test_acts_stand_in_the_order_of_time_and_none_is_later_than_now(launch: files.Sample) -> None:
    now = clock.local(date(2026, 7, 20), time(18), ZONE)
    acts = acts_of(launch, now)
    assert acts == sorted(acts)
    assert acts[0].what == "draft"
    assert acts[-1].moment == now
    assert acts[-1].what == "evening"


def test_every_report_counts_as_said_at_17_by_the_owner(launch: files.Sample) -> None:
    said = [act for act in acts_of(launch, LATE) if act.what == "report"]
    assert len(said) == sum(len(row) for row in launch.reports.values())
    assert {act.moment.astimezone(UTC).hour for act in said} == {9}
    assert all(act.who == act.facts["line"].owner for act in said)


def test_each_evening_is_scanned_once_after_its_reports(launch: files.Sample) -> None:
    acts = [act for act in acts_of(launch, LATE) if act.what in ("report", "evening")]
    evenings = [act.facts["day"] for act in acts if act.what == "evening"]
    assert evenings == sorted(set(evenings))
    assert evenings[0] == launch.start + timedelta(1)
    assert evenings[-1] == date(2026, 12, 30)


def test_the_memorandum_is_in_force_on_the_day_of_the_file(launch: files.Sample) -> None:
    signed = [act for act in acts_of(launch, LATE) if act.what == "sign"]
    assert [act.who for act in signed] == launch.memorandum["signers"]
    assert {clock.local(launch.memorandum["signed_on"], time(11), ZONE)} == {max(act.moment for act in signed)}


def test_kickoff_minutes_go_out_and_are_confirmed_at_the_times_of_the_file(launch: files.Sample) -> None:
    acts = acts_of(launch, LATE)
    out = [act.moment for act in acts if act.what == "publish_kickoff"]
    assert out == [files.moment("2026-04-15T10:20")]
    confirmed = [act for act in acts if act.what == "confirm_kickoff"]
    assert confirmed[-1].moment == files.moment("2026-04-15T17:00")
    assert len(confirmed) == 10


def test_what_a_task_delivers_goes_to_whom_the_file_says_else_to_the_next_node_else_to_the_lead(launch: files.Sample) -> None:
    handed = {line.id: launch.handed_to(line) for line in launch.tasks if not line.parent}
    assert handed["T3"] == "市场部"
    assert handed["T5"] == "生产部"
    assert handed["T6"] == "销售部"
    assert handed["T8"] == "市场部"


def test_entries_without_a_rule_are_named(launch: files.Sample) -> None:
    said = " ".join(launch.passed_over(LATE))
    for part in ("C1 简化非核心推广功能", "R1 核心供应商破产", "acceptance"):
        assert part in said


def test_what_has_not_happened_yet_is_not_passed_over() -> None:
    conference = files.load("customer-conference")
    said = " ".join(conference.passed_over(clock.local(date(2026, 7, 25), time(18), ZONE)))
    assert "R1 主讲嘉宾临时缺席" in said
    for part in ("C1 增加线上直播场次", "retrospective"):
        assert part not in said
        assert part in " ".join(conference.passed_over(LATE))
