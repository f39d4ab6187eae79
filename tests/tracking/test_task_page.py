"""What the page of a task asks of the database."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from tests.big import big_project
from tracking.models import Report, Task

pytestmark = pytest.mark.django_db


def asked_by(client: Client, task: Task) -> list[str]:
    """What the page of a task asks; the second of two alike, as in daily running."""
    address = reverse("task", args=[task.uid])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in queries]


def test_the_page_of_a_task_asks_the_same_however_much_hangs_on_it(client: Client) -> None:
    costs = []
    for number in (20, 120):
        big = big_project(number, people=12, tops=2)
        leaf = next(row for row in big.tasks if row.state == Task.State.IN_PROGRESS)
        Report.objects.bulk_create(
            Report(
                task=leaf,
                reporter=big.liaison,
                done=Decimal(n),
                before=Decimal(0),
                task_version=leaf.version + 1 + n,
                at=clock.now(),
            )
            for n in range(number)
        )
        client.force_login(big.head)
        costs.append([asked_by(client, leaf), asked_by(client, big.tops[0])])
    for few, many in zip(*costs, strict=True):
        assert len(many) == len(few)
        assert len(few) <= 15, "\n".join(one[:60] + one[one.find("FROM") :][:90] for one in few)
