"""An evening settled in whole statements writes what the definition writes: risks, their history, their events."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from activity.live import reading
from activity.models import Event, Notice
from common import clock, ports
from projects.models import Project
from tests.tracking.build import People
from tests.tracking.test_scan_sql import FIRST, plant
from tracking.figures import evening_of
from tracking.models import EveningScan, Risk, Task, TaskFigures
from tracking.services import scan, scan_evening

pytestmark = pytest.mark.django_db
NOT_COMPARED = {"id", "uid", "history_id"}


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows(model: Any, *leave_out: str) -> list[dict[str, Any]]:
    found = model.objects.order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in NOT_COMPARED | set(leave_out)} for row in found]


def written(newest: int) -> dict[str, Any]:
    """All that an evening leaves behind, but for random and running numbers."""
    tasks = dict(Risk.objects.values_list("pk", "task_id"))
    events = Event.objects.filter(pk__gt=newest).order_by("pk").select_related("content_type")
    said = [
        (
            e.verb,
            e.title,
            e.facts,
            e.at,
            e.project_id,
            e.actor_id,
            tasks.get(e.object_id) if e.content_type.model == "risk" else 0,
        )
        for e in events
    ]
    for event in events:
        if event.content_type.model == "risk":
            assert event.url == event.subject.get_absolute_url()
            assert event.uid.version == 4
    past = rows(Risk.history.model)
    told = Notice.objects.filter(event__pk__gt=newest).order_by("pk").values_list("event__title", "event__verb", "reader")
    return {
        "risks": sorted(rows(Risk), key=lambda row: row["task_id"]),
        "past": past,
        "uids": [row.uid == Risk.objects.get(pk=row.id).uid for row in Risk.history.all()],
        "events": said,
        "told": list(told),
        "figures": sorted(rows(TaskFigures), key=lambda row: row["task_id"]),
    }


def shake(dice: random.Random, people: People) -> None:
    """Between two evenings: figures rise and fall, people answer, close and note what has occurred."""
    for task in Task.objects.order_by("pk"):
        if dice.random() < 0.4:
            done = (Decimal(dice.randint(0, 13_000)) / 10_000 * (task.target or 100)).quantize(Decimal("0.01"))
            Task.objects.filter(pk=task.pk).update(done=done)
    for risk in Risk.objects.order_by("pk"):
        chosen = Risk.objects.filter(pk=risk.pk)
        match dice.randrange(6):
            case 0:
                chosen.update(state="closed", closed_at=risk.opened_at, closed_as="by_person", is_stale=False)
            case 1:
                chosen.update(cause="supplier", measure="换供应商", owner=people["许知夏"], due_on=FIRST)
            case 2:
                chosen.update(state="occurred", closed_at=None, closed_as="")


def evening(project: Project, day: date, many: int, monkeypatch: pytest.MonkeyPatch) -> EveningScan | None:
    monkeypatch.setattr(scan, "MANY", many)
    with clock.at(evening_of(project, day)):
        return scan_evening(project, day)


@pytest.mark.parametrize("seed", range(4))
def test_whole_statements_and_definition_agree_evening_by_evening(
    people: People, project: Project, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    for _number in range(4):
        plant(project, project.lead_dept, dice, steps=seed % 2 == 1)
    monkeypatch.setattr(scan, "TOLD", 10**6)
    for apart in (8, 17, 20, 24, 31):
        day = FIRST + timedelta(apart)
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with undone():
            evening(project, day, 10**6, monkeypatch)
            wanted = written(newest)
        evening(project, day, 0, monkeypatch)
        found = written(newest)
        for part in wanted:
            assert found[part] == wanted[part], part
        shake(dice, people)
    assert {"risk.opened", "risk.recovered"} <= set(Event.objects.values_list("verb", flat=True))
    assert Risk.objects.filter(spells__gt=1).exists()


def test_very_many_are_told_once_but_each_has_its_event(
    people: People, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(3)
    plant(project, project.lead_dept, dice)
    day = FIRST + timedelta(20)
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    monkeypatch.setattr(scan, "TOLD", 10**6)
    with undone():
        evening(project, day, 0, monkeypatch)
        wanted = [one for one in written(newest)["events"] if one[0] == "risk.opened"]
    assert len(wanted) > 2
    heard: list[Any] = []
    monkeypatch.setitem(ports.reactions, "risk.opened", [lambda event: heard.append(event.subject)])
    monkeypatch.setattr(scan, "TOLD", 2)
    evening(project, day, 0, monkeypatch)
    found = written(newest)
    assert [one for one in found["events"] if one[0] == "risk.opened"] == wanted
    assert {risk.pk for risk in heard} == set(Risk.objects.values_list("pk", flat=True))
    many = Event.objects.get(verb="risk.many_opened")
    assert many.facts == {"count": len(wanted), "day": day.isoformat()}
    assert many.url == f"/projects/{project.uid}/risks/"
    notices = Notice.objects.filter(event__pk__gt=newest)
    assert set(notices.values_list("event__verb", flat=True)) == {"risk.many_opened"}
    assert {notice.reader for notice in notices} == {people["周以宁"], project.lead_dept.head}


def test_a_live_page_is_told_of_the_evening(people: People, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(project, project.lead_dept, random.Random(3))
    monkeypatch.setattr(scan, "TOLD", 0)
    evening(project, FIRST + timedelta(20), 0, monkeypatch)
    reader = people["周以宁"].pk
    told = reading.tell(Event.objects.order_by("pk"), {project.pk: {reader}}, {project.pk: project.uid})
    verbs = {one.said["verb"] for one in told if reader in one.readers}
    assert {"risk.opened", "risk.many_opened", "scan.run"} <= verbs


def test_nothing_is_left_behind(people: People, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(project, project.lead_dept, random.Random(1))
    evening(project, FIRST, 0, monkeypatch)
    assert not {"scan_found", "scan_turn"} & set(connection.introspection.table_names())


def test_the_evening_costs_the_same_with_more_risks(
    people: People, project: Project, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    dice = random.Random(2)
    for _number in range(4):
        plant(project, project.lead_dept, dice)
    monkeypatch.setattr(scan, "TOLD", 0)
    with django_assert_max_num_queries(45):
        evening(project, FIRST + timedelta(20), 0, monkeypatch)
    assert Risk.objects.count() > 10
