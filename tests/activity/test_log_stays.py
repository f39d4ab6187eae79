"""What happened is never changed: model and database refuse alike, and what comes late is sealed all the same."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from activity.ledger import seal_events
from activity.models import Event, LedgerDay, LedgerEntry
from common import clock
from common.refusals import Refused
from people.models import User
from tests import build
from tests.activity.ledger_build import acts, superuser, verify

People = dict[str, User]
NOON = datetime(2026, 4, 22, 4, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.races]  # the triggers, and ids out of order, are PostgreSQL's alone


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """No heads of another test's database lie here."""
    settings.LEDGER_DIR = tmp_path


def test_model_and_database_refuse_to_change_what_happened(people: People) -> None:
    acts(people)
    entry, event = LedgerEntry.objects.first(), Event.objects.first()
    day = LedgerDay.objects.create(day=NOON.date(), sha256="0" * 64, chains=1)
    for change in (
        lambda: entry.save(),
        lambda: event.save(update_fields=["facts"]),
        lambda: day.save(update_fields=["sha256"]),
        lambda: Event.objects.update(title="x"),
        lambda: LedgerEntry.objects.update(digest="x"),
        lambda: LedgerDay.objects.update(sha256="x"),
        lambda: entry.delete(),
        lambda: event.delete(),
        lambda: day.delete(),
        lambda: Event.objects.all().delete(),
        lambda: LedgerEntry.objects.all().delete(),
    ):
        with pytest.raises(Refused):
            change()
    for statement in (
        "UPDATE activity_event SET facts = '{}'",
        "UPDATE activity_ledgerentry SET digest = repeat('0', 64)",
        "UPDATE activity_ledgerday SET sha256 = repeat('0', 64)",
        "DELETE FROM activity_event",
        "DELETE FROM activity_ledgerentry",
        "DELETE FROM activity_ledgerday",
    ):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_event_that_comes_long_after_later_ones_is_sealed_all_the_same(people: People) -> None:
    """An id can be given out long before its transaction commits; the mark waits for it."""
    acts(people)
    last = Event.objects.latest("pk")
    free = last.pk + 1
    with superuser() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('activity_event', 'id'), %s)", [free])
    with clock.at(NOON):
        build.draft(people, name="später")
        seal_events()
    with clock.at(NOON + timedelta(minutes=30)):
        seal_events()
    Event.objects.create(pk=free, verb=last.verb, content_type=last.content_type, object_id=last.object_id, title="spät", at=NOON)
    with clock.at(NOON + timedelta(minutes=31)):
        assert seal_events() == 1
    assert verify() == []
