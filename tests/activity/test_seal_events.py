"""Every event is sealed into one chain per project, once, whoever seals and in whatever order events are committed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from activity import ledger
from activity.ledger import seal_events
from activity.models import Event, LedgerEntry, LedgerMark
from common import clock
from people.models import User
from people.services import set_language
from tests import build
from tests.activity.ledger_build import acts, events, verify

People = dict[str, User]
NOON = datetime(2026, 4, 22, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """No heads of another test's database lie here."""
    settings.LEDGER_DIR = tmp_path


@pytest.mark.django_db
class TestChains:
    """One connection."""

    def test_each_project_has_its_chain_without_a_gap_and_the_rest_has_one(self, people: People) -> None:
        one, two = build.with_departments(people), build.draft(people, name="第二个项目")
        set_language(actor=people["周以宁"], language="en")
        assert seal_events() == Event.objects.count()
        for chain in (one.pk, two.pk, 0):
            entries = list(LedgerEntry.objects.filter(chain=chain).order_by("number"))
            assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
            assert [entry.previous for entry in entries] == ["", *(entry.digest for entry in entries[:-1])]
            assert all((entry.event.project_id or 0) == chain for entry in entries)
        assert verify() == []

    def test_sealing_twice_is_sealing_once(self, people: People) -> None:
        acts(people)
        before = list(LedgerEntry.objects.values_list("pk", "digest"))
        assert seal_events() == 0
        assert list(LedgerEntry.objects.values_list("pk", "digest")) == before

    def test_a_batch_takes_as_many_statements_however_many_events_and_projects(self, people: People) -> None:
        build.draft(people)
        seal_events()  # the mark is there
        for name in ("一", "二", "三"):
            build.draft(people, name=name)
        with CaptureQueriesContext(
            connection,
        ) as few:
            seal_events()
        build.with_departments(people)
        for number in range(20):
            build.draft(people, name=f"项目{number}")
        with CaptureQueriesContext(connection) as many:
            assert seal_events() > 30
        assert len(many) == len(few)

    def test_many_batches_make_the_same_chain(self, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ledger, "BATCH", 3)
        project = acts(people)
        assert LedgerEntry.objects.count() == Event.objects.count()
        assert LedgerEntry.objects.filter(chain=project.pk).order_by("-number").first().number == len(events(project))
        assert verify() == []

    def test_what_was_sealed_an_hour_ago_is_not_looked_at_again(self, people: People) -> None:
        with clock.at(NOON):
            acts(people)
        for hours in (2, 4):
            with clock.at(NOON + timedelta(hours=hours)):
                seal_events()
        assert LedgerMark.objects.get().upto == Event.objects.latest("pk").pk

    @pytest.mark.parametrize("facts", [{"a": 1.5, "b": 1e300}, {"z": 1, "a": {"ö": None, "𠮷": [True, "\u2028"]}}, {"n": 10**30}])
    def test_whatever_an_event_holds_can_be_sealed(self, people: People, facts: dict[str, Any]) -> None:
        last = events(acts(people))[-1]
        Event.objects.create(
            verb=last.verb, content_type=last.content_type, object_id=last.object_id, title="x", facts=facts, at=NOON
        )
        seal_events()
        assert verify() == []


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_who_seal_at_once_make_one_chain(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "BATCH", 5)
    project = build.with_departments(people)
    gate = Barrier(4)

    def seal() -> int:
        gate.wait(20)
        try:
            return seal_events()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        sealed = sum(pool.map(lambda _n: seal(), range(4)))
    assert sealed == Event.objects.count() == LedgerEntry.objects.count()
    numbers = LedgerEntry.objects.filter(chain=project.pk).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
    assert verify() == []


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_an_act_that_commits_after_a_later_one_was_sealed_comes_behind_it(people: People) -> None:
    project = build.draft(people)
    recorded, go_on = Signal(), Signal()

    def slow() -> None:
        try:
            with transaction.atomic():
                build.draft(people, name="langsam")
                recorded.set()
                assert go_on.wait(20)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(slow)
        assert recorded.wait(20)
        set_language(actor=people["周以宁"], language="en")
        seal_events()
        late = LedgerEntry.objects.count()
        go_on.set()
        work.result(20)
    assert seal_events() > 0
    assert LedgerEntry.objects.count() == Event.objects.count() > late
    assert LedgerEntry.objects.filter(chain=project.pk).exists()
    assert verify() == []
