"""A worker that is stopped in the midst of its bag and wakes up after its lease: it can neither send nor mark."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from activity import jobs
from activity.models import Attempt, Delivery
from people.models import User
from projects.models import Participant, Project
from tests.activity.conftest import Tell, mails
from tests.servers import Smtp, Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]


def test_a_worker_that_wakes_up_after_its_lease_sends_nothing(
    worker: Worker, tell: Tell, smtp: Smtp, project: Project, people: dict[str, User], test_clock: Path
) -> None:
    names = ("周以宁", "顾承泽", "沈嘉禾")
    for name in names[1:]:
        Participant.objects.create(project=project, user=people[name], kind=Participant.Kind.VIEWER)
    smtp.slow = 1.5
    tell(*names)
    wait_for(lambda: smtp.begun, 30, "the sending")
    group = os.getpgid(worker.process.child.pid)
    os.killpg(group, signal.SIGSTOP)
    try:
        wait_for(lambda: smtp.accepted, 10, "the one on the wire")
        smtp.slow = 0.0
        for passed in (timedelta(minutes=6), timedelta(minutes=22)):  # the lease is over; the doubt is over
            test_clock.write_text(str(passed.total_seconds()), encoding="ascii")
            jobs.deliver_mail()
    finally:
        os.killpg(group, signal.SIGCONT)
    wait_for(lambda: "marked by a newer lease" in worker.process.said(), 20, "the waking")
    wait_for(lambda: worker.process.said().count("left to its new holder") >= 2, 20, "the rest of its bag")
    sent = [mail.message_id for mail in smtp.accepted]
    assert len(sent) == 4  # the one on the wire twice, each other once
    assert len(set(sent)) == 3
    assert {row.state for row in mails()} == {Delivery.State.SENT}
    assert sorted(Attempt.objects.values_list("outcome", flat=True)) == ["sent", "sent", "sent", "unknown"]
