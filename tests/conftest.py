"""What all tests share: the sample organisation, the work calendar, a settable clock."""

import pytest

from collab.samples.people import load_people
from people import calendar
from people.models import User, WorkDay


@pytest.fixture(autouse=True)
def _work_calendar(request: pytest.FixtureRequest) -> None:
    """Tests with real commits are flushed afterwards; the calendar is laid again where it was wiped."""
    if "transactional_db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
        if not WorkDay.objects.exists():
            WorkDay.objects.bulk_create(calendar.official_days())


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """The sample organisation's people by name."""
    return load_people()
