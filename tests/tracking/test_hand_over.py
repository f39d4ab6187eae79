"""A task handed to another department is done only when that department accepts it, or is returned with a reason (rule E3)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from activity.models import Event, Notice
from common import clock
from common.refusals import Conflict, Refused
from people.models import Department
from projects.models import Kpi, Project
from tests.tracking.build import People, july, quantified, rollout, say
from tracking.models import Task
from tracking.services import accept_task, edit_task, return_task, submit_task

pytestmark = pytest.mark.django_db
NOW = july(20)


@pytest.fixture
def row(people: People, project: Project, departments: dict[str, Department]) -> Task:
    return quantified(people, project, handed_to=departments["市场部"])


def accept(people: People, row: Task, by: str = "周以宁") -> Task:
    row.refresh_from_db()
    with clock.at(NOW):
        accept_task(actor=people[by], task_uid=row.uid, seen_version=row.version)
    row.refresh_from_db()
    return row


def send_back(people: People, row: Task, reason: str = "缺签收单", by: str = "周以宁") -> Task:
    row.refresh_from_db()
    with clock.at(NOW):
        return_task(actor=people[by], task_uid=row.uid, seen_version=row.version, reason=reason)
    row.refresh_from_db()
    return row


def test_the_whole_reported_awaits_acceptance_and_is_done_by_it(people: People, row: Task) -> None:
    say(people, row, Decimal(45), at=july(18))
    assert (row.state, row.finished_at, row.figures.actual) == ("awaiting_acceptance", None, 10_000)
    version = row.version
    accept(people, row)
    assert (row.state, row.finished_at, row.version) == ("done", NOW, version + 1)
    kinds = [(one.kind, one.by.name, one.task_version) for one in row.reviews.order_by("id")]
    assert kinds == [("submitted", "许知夏", version), ("accepted", "周以宁", version + 1)]
    event = Event.objects.latest("id")
    assert event.verb == "task.accepted"
    assert set(Notice.objects.filter(event=event).values_list("reader__name", flat=True)) == {"许知夏"}


def test_returned_with_a_reason_it_goes_on_and_is_submitted_again(people: People, row: Task) -> None:
    with clock.at(july(18)):
        submit_task(actor=people["许知夏"], task_uid=row.uid, seen_version=row.version, note="请验收")
    row.refresh_from_db()
    assert (row.state, row.done, row.reports.get().note) == ("awaiting_acceptance", 45, "请验收")
    with pytest.raises(Refused) as caught:
        send_back(people, row, "  ")
    assert caught.value.field == "reason"
    send_back(people, row)
    assert (row.state, row.done, row.reviews.first().reason) == ("in_progress", 45, "缺签收单")
    assert Event.objects.latest("id").facts["reason"] == "缺签收单"
    with pytest.raises(Refused):
        accept(people, row)
    say(people, row, Decimal(45), at=july(19))
    assert row.state == "awaiting_acceptance"
    accept(people, row)
    assert [one.kind for one in row.reviews.order_by("id")] == ["submitted", "returned", "submitted", "accepted"]


def test_only_the_receiving_department_accepts(people: People, row: Task) -> None:
    say(people, row, Decimal(45), at=july(18))
    for name in ("许知夏", "蒋明远", "沈嘉禾", "陆景行"):
        with pytest.raises(PermissionDenied):
            accept(people, row, by=name)
        with pytest.raises(PermissionDenied):
            send_back(people, row, by=name)
    accept(people, row, by="林书瑶")


def test_less_than_all_takes_it_back_with_a_reason(people: People, row: Task) -> None:
    say(people, row, Decimal(45), at=july(18))
    say(people, row, Decimal(40), at=july(19), reason="退货")
    assert row.state == "in_progress"


def test_a_stale_acceptance_is_a_conflict(people: People, row: Task) -> None:
    say(people, row, Decimal(45), at=july(18))
    seen = row.version
    say(people, row, Decimal(44), at=july(19), reason="x")
    with pytest.raises(Conflict), clock.at(NOW):
        accept_task(actor=people["周以宁"], task_uid=row.uid, seen_version=seen)


def test_what_nobody_receives_is_not_submitted(people: People, project: Project, departments: dict[str, Department]) -> None:
    for fields in ({}, {"handed_to": departments["销售部"]}):
        own = quantified(people, project, **fields)
        with pytest.raises(Refused) as caught, clock.at(NOW):
            submit_task(actor=people["许知夏"], task_uid=own.uid, seen_version=own.version)
        assert caught.value.code == "no_receiver"
        say(people, own, Decimal(45), at=july(18))
        assert own.state == "done"


def test_a_whole_is_submitted_with_its_last_part(people: People, project: Project, departments: dict[str, Department]) -> None:
    rows = rollout(people, project)
    whole = rows["T8"]
    with clock.at(july(2)):
        edit_task(actor=people["许知夏"], task_uid=whole.uid, seen_version=None, handed_to=departments["市场部"])
    with pytest.raises(Refused) as caught, clock.at(july(18)):
        submit_task(actor=people["许知夏"], task_uid=whole.uid, seen_version=None)
    assert caught.value.code == "parts_open"
    for key, done in (("T8a", 30), ("T8b", 25), ("T8c", 45)):
        say(people, rows[key], Decimal(done), at=july(18))
        assert rows[key].state == "done"
    whole.refresh_from_db()
    assert (whole.state, whole.reviews.count()) == ("awaiting_acceptance", 1)
    send_back(people, whole)
    assert whole.state == "in_progress"
    with clock.at(july(19)):
        submit_task(actor=people["许知夏"], task_uid=whole.uid, seen_version=whole.version)
    accept(people, whole)
    say(people, rows["T8c"], Decimal(44), at=july(21), reason="撤柜")
    whole.refresh_from_db()
    assert whole.state == "in_progress"


def test_the_on_time_rate_counts_from_the_acceptance(people: People, project: Project, row: Task) -> None:
    kpi = Kpi.objects.create(project=project, name="按时交付率", kind="on_time", department=row.department, target=100, unit="%")
    say(people, row, Decimal(45), at=july(18))
    kpi.refresh_from_db()
    assert kpi.actual is None
    accept(people, row)
    kpi.refresh_from_db()
    assert kpi.actual == 100


def test_what_was_accepted_stays_done_when_more_is_reported(people: People, row: Task) -> None:
    say(people, row, Decimal(45), at=july(18))
    accept(people, row)
    say(people, row, Decimal(46), at=july(21), confirm=True)
    assert (row.state, row.done) == ("done", 46)


def test_without_a_receiver_what_awaits_is_done(
    people: People, project: Project, row: Task, departments: dict[str, Department]
) -> None:
    say(people, row, Decimal(45), at=july(18))
    with clock.at(NOW):
        edit_task(actor=people["许知夏"], task_uid=row.uid, seen_version=row.version, handed_to=None)
    row.refresh_from_db()
    assert (row.state, row.finished_at) == ("done", NOW)
    other = quantified(people, project, handed_to=departments["市场部"])
    say(people, other, Decimal(40), at=july(18))
    with clock.at(NOW):
        edit_task(actor=people["许知夏"], task_uid=other.uid, seen_version=other.version, target=Decimal(40))
    other.refresh_from_db()
    assert (other.state, other.reviews.count()) == ("awaiting_acceptance", 1)
