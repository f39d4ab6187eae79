"""Minutes reach everybody although the worker is killed, restarted, and the broker wiped (rule D4, nothing lost)."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from redis import Redis as RedisClient

from activity.models import Clock, Delivery, Event
from common import clock
from meetings.models import Meeting
from meetings.services import write_summary
from people.models import User
from tests.meetings.conftest import DEADLINE, END
from tests.servers import ROOT, Smtp, Worker, running, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]
LIAISONS = ("周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴")


@pytest.fixture
def at(test_clock: Path) -> Callable[[datetime], None]:
    """Set the one clock of this process and its children."""

    def _at(moment: datetime) -> None:
        test_clock.write_text("0", encoding="ascii")
        offset = (moment - clock.now()).total_seconds()
        test_clock.write_text(str(offset), encoding="ascii")

    return _at


def sweep(env: dict[str, str]) -> None:
    """What a scheduler does, in a process of its own."""
    subprocess.run([sys.executable, "manage.py", "sweep"], env=env, cwd=ROOT, check=True, capture_output=True, timeout=120)


def wipe_broker() -> None:
    """As if the broker had lost all it held."""
    if configured.ENV.redis_url:
        RedisClient.from_url(configured.ENV.redis_url).flushdb()
    else:
        shutil.rmtree(configured.BROKER_DIR, ignore_errors=True)
        configured.BROKER_DIR.mkdir(parents=True, exist_ok=True)


def test_killed_in_the_middle_of_sending_and_the_broker_wiped(
    weekly: Meeting,
    people: dict[str, User],
    smtp: Smtp,
    child_env: dict[str, str],
    tmp_path: Path,
    at: Callable[[datetime], None],
) -> None:
    at(END)
    write_summary(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, summary="样品测试按期。")
    sweep(child_env)
    at(DEADLINE - timedelta(minutes=89))
    smtp.slow = 2.0
    worker = Worker(child_env, tmp_path).start()
    try:
        beat = subprocess.Popen([sys.executable, "manage.py", "sweep"], env=child_env, cwd=ROOT, start_new_session=True)
        wait_for(lambda: Delivery.objects.filter(state=Delivery.State.SENDING).exists(), 60, "the sending")
        beat.kill()
        beat.wait(10)
    finally:
        worker.kill()
    wipe_broker()
    smtp.slow = 0.0
    with running(Worker(child_env, tmp_path)):
        for minutes in (80, 60, 40):  # leases end, doubts are over, all long before the deadline
            at(DEADLINE - timedelta(minutes=minutes))
            sweep(child_env)
    row = weekly.minutes_versions.get()
    reached = {mail.message_id for mail in smtp.accepted if "会议纪要" in mail.subject}
    assert len(reached) == len(LIAISONS)
    for name in LIAISONS:
        mails = [mail for mail in smtp.to(people[name].email or "") if "会议纪要" in mail.subject]
        assert mails, name
        assert len({mail.message_id for mail in mails}) == 1, name
    ended = Clock.objects.get(kind="minutes", object_id=row.pk)
    assert row.by_system
    assert ended.breached_at is None
    assert ended.stopped_at is not None
    assert ended.stopped_at < DEADLINE
    assert Event.objects.filter(verb="minutes.distributed").count() == 1
    at(DEADLINE + timedelta(hours=1))
    sweep(child_env)
    assert not Event.objects.filter(verb="minutes.breached").exists()
