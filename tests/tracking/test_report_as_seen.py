"""A report from a page that stood open for a while: what changed beside the figure is no conflict; a double click is one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common import clock
from common.refusals import Conflict
from people.models import User
from projects.models import Project
from tests.tracking.build import People, july, quantified, say
from tracking.models import Report, Task
from tracking.services import assign_task
from tracking.services.card import report_as_seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(people: People, project: Project) -> Task:
    return quantified(people, project)


def given_to_another(people: People, row: Task) -> None:
    """Something beside the figure changes: the version goes up."""
    with clock.at(july(19, 9)):
        assign_task(actor=people["许知夏"], task_uid=row.uid, assignee=people["郭砚秋"], seen_version=row.version)


def reported(people: People, row: Task, done: int, seen: Decimal | None, **more: Any) -> Report:
    with clock.at(july(20)):
        return report_as_seen(
            actor=people["许知夏"], task_uid=row.uid, done=Decimal(done), seen_version=row.version, seen_done=seen, **more
        )


def test_what_changed_beside_the_figure_is_saved_silently_with_the_new_version(people: People, row: Task) -> None:
    given_to_another(people, row)
    report = reported(people, row, 12, Decimal(0))
    row.refresh_from_db()
    assert (report.done, row.done, row.version) == (12, 12, report.task_version)


def test_a_figure_that_somebody_else_changed_is_never_overwritten(people: People, row: Task) -> None:
    seen = row.done
    stale = Task.objects.get(pk=row.pk)
    say(people, row, Decimal(9), at=july(19), by="蒋明远")
    with pytest.raises(Conflict) as refused:
        reported(people, stale, 12, seen)
    assert (refused.value.mine["done"], refused.value.theirs["done"]) == (12, 9)
    assert Report.objects.count() == 1


def test_without_the_figure_that_was_seen_every_change_is_a_conflict(people: People, row: Task) -> None:
    given_to_another(people, row)
    with pytest.raises(Conflict):
        reported(people, row, 12, None)


@pytest.mark.parametrize("done", [12, 0])
def test_a_double_click_is_one_report(people: People, row: Task, done: int) -> None:
    first, second = (reported(people, row, done, Decimal(0), note="已到货") for _click in range(2))
    assert first == second
    assert Report.objects.count() == 1


def test_the_same_figure_with_another_note_is_another_report(people: People, row: Task) -> None:
    reported(people, row, 0, Decimal(0), note="等货")
    reported(people, row, 0, Decimal(0), note="货到了")
    assert Report.objects.count() == 2


@pytest.fixture
def send(client: Client) -> Callable[..., Any]:
    def post(person: User, row: Task, **said: Any) -> Any:
        client.force_login(person)
        with clock.at(july(20)), translation.override("en"):
            return client.post(reverse("report_progress", args=[row.uid]), said, headers={"HX-Request": "true"})

    return post


def test_the_page_shows_both_values_and_lets_one_choose(people: People, row: Task, send: Callable[..., Any]) -> None:
    say(people, row, Decimal(9), at=july(19), by="蒋明远")
    said = {"done": "12", "seen_version": row.version - 1, "seen_done": "0", "place": "line"}
    answer = send(people["许知夏"], row, **said)
    assert answer.status_code == 412
    page = answer.content.decode()
    assert "蒋明远" in page
    for value in ('value="12"', f'name="seen_version" value="{row.version}"', 'name="seen_done" value="9"'):
        assert value in page
    again = send(people["许知夏"], row, **said | {"seen_version": row.version, "seen_done": "9"})
    assert again.status_code == 200
    row.refresh_from_db()
    assert row.done == 12


def test_an_equals_sign_says_that_nothing_has_moved(people: People, row: Task, send: Callable[..., Any]) -> None:
    say(people, row, Decimal(9), at=july(19))
    answer = send(people["许知夏"], row, done="=", note="等货", seen_version=row.version, seen_done="9", place="line")
    assert answer.status_code == 200
    report = Report.objects.latest("pk")
    assert (report.done, report.note, report.at.date()) == (9, "等货", date(2026, 7, 20))
