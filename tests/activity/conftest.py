"""Acts to tell of, in a project that somebody may or may not see."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction

from activity.models import Delivery, Event
from common import clock, ports
from people.models import User
from projects.models import Participant, Project

NOON = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
VERB = "tests.told"

Tell = Callable[..., Event]


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    ports.say(VERB, "{actor} 更新了“{title}”:{what}", kind="project", mail=True)
    yield
    for known in (ports.words, ports.letters, ports.delivered, ports.reactions):
        known.pop(VERB, None)


@pytest.fixture
def project(people: dict[str, User]) -> Project:
    """A confidential project of 市场部; 周以宁 and 林书瑶 are named in it."""
    head = people["林书瑶"]
    with clock.at(NOON):
        row = Project.objects.create(
            code="T-1", name="华北上市", initiating_dept=head.department, lead_dept=head.department, created_by=head,
            started_at=NOON, confidential=True,
        )  # fmt: skip
    for name in ("林书瑶", "周以宁"):
        Participant.objects.create(project=row, user=people[name], kind=Participant.Kind.VIEWER)
    return row


@pytest.fixture
def tell(project: Project, people: dict[str, User]) -> Tell:
    """Record an act of 林书瑶 that these people must know of."""

    def told(*names: str, what: str = "目标") -> Event:
        with transaction.atomic():
            event: Event = ports.record(
                actor=people["林书瑶"], verb=VERB, subject=project, project=project, facts={"what": what},
                tell=[people[name] for name in names],
            )  # fmt: skip
        return event

    return told


def mails() -> list[Delivery]:
    """What the outbox holds for the mail server, oldest first."""
    return list(Delivery.objects.filter(channel=Delivery.Channel.MAIL).order_by("pk"))
